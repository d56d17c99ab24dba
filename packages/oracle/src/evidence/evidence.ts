import type { Clock, KeyValue, NetworkId, Verifier } from '@cortensor/interface'
import type { OpenedEnvelope, Report, TopicFamily } from '@cortensor/protocols'
import {
  decodeQuizMessage,
  decodeResultMessage,
  decodeTaskHeader,
  openEnvelope,
  roundIdOf,
  TOPIC_FAMILIES,
  taskIdOf
} from '@cortensor/protocols'
import { concatBytes } from '@cortensor/utils'
import type { EvidencePool } from './pool.js'

/** The pool, and its copy on disk: what was accepted from the mesh is not lost by a restart. */
export interface Evidence {
  readonly pool: EvidencePool
  nowMs(): number
  /** Writes an accepted message down. */
  keep(isNew: boolean, envelope: OpenedEnvelope): Promise<void>
  /** Drops what a report has settled, here and on disk. */
  settle(report: Pick<Report, 'results' | 'state'>): Promise<void>
  /** Reads back what was kept. */
  load(): Promise<void>
}

export interface EvidenceInit {
  pool: EvidencePool
  keyValue: KeyValue
  clock: Clock
  networkId: NetworkId
  verifier: Verifier
}

const PREFIX = 'evidence/'

export function createEvidence(init: EvidenceInit): Evidence {
  const { clock, keyValue, networkId, pool, verifier } = init

  const restore = (envelope: OpenedEnvelope): void => {
    const { family, payload, sender } = envelope
    const nowMs = clock.now()
    if (family === 'presence') {
      pool.addBinding(envelope)
    } else if (family === 'task') {
      pool.addHeader(taskIdOf(networkId, sender, payload), decodeTaskHeader(payload), envelope, nowMs)
    } else if (family === 'result') {
      const message = decodeResultMessage(payload)
      pool.addResult(message.type === 'precommit' ? 'precommits' : 'commits', message.taskId, envelope, nowMs)
    } else if (family === 'quiz') {
      const message = decodeQuizMessage(payload)
      if (message.type === 'open') {
        pool.addRound(roundIdOf(networkId, sender, payload), message, envelope)
      } else {
        pool.addAnswer(message.type === 'precommit' ? 'precommits' : 'reveals', message.roundId, envelope)
      }
    }
  }
  return {
    pool,
    nowMs: () => clock.now(),
    async keep(isNew, envelope) {
      if (isNew) {
        const family = Uint8Array.of(TOPIC_FAMILIES.indexOf(envelope.family))
        await keyValue.put(`${PREFIX}${envelope.id}`, concatBytes(family, envelope.bytes))
      }
    },
    async settle(report) {
      const gone = pool.settle(report, clock.now())
      await keyValue.batch(gone.map((id) => ({ type: 'delete', key: `${PREFIX}${id}` })))
    },
    async load() {
      const held: OpenedEnvelope[] = []
      for await (const { value } of keyValue.list(PREFIX)) {
        const family = TOPIC_FAMILIES[value[0] ?? TOPIC_FAMILIES.length] as TopicFamily | undefined
        if (family !== undefined) {
          held.push(await openEnvelope(value.subarray(1), { networkId, family, verifier, nowMs: null }))
        }
      }
      // A round before its answers.
      held.sort((a, b) => a.sequence - b.sequence)
      for (const isAnswer of [false, true]) {
        held.filter((envelope) => isRoundAnswer(envelope) === isAnswer).forEach(restore)
      }
    }
  }
}

const isRoundAnswer = (envelope: OpenedEnvelope): boolean =>
  envelope.family === 'quiz' && decodeQuizMessage(envelope.payload).type !== 'open'
