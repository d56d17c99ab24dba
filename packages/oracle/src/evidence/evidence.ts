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

/** A message from disk, and where it goes. */
interface Kept {
  envelope: OpenedEnvelope
  /** Of a round, which must be there before it. */
  isAnswer: boolean
  restore: (nowMs: number) => boolean
}

const PREFIX = 'evidence/'

export function createEvidence(init: EvidenceInit): Evidence {
  const { clock, keyValue, networkId, pool, verifier } = init

  const placeOf = (envelope: OpenedEnvelope): Omit<Kept, 'envelope'> => {
    const { family, payload, sender } = envelope
    const place = (restore: Kept['restore'], isAnswer = false) => ({ restore, isAnswer })
    if (family === 'task') {
      const header = decodeTaskHeader(payload)
      return place((nowMs) => pool.addHeader(taskIdOf(networkId, sender, payload), header, envelope, nowMs))
    }
    if (family === 'result') {
      const { taskId, type } = decodeResultMessage(payload)
      return place((nowMs) => pool.addResult(type === 'precommit' ? 'precommits' : 'commits', taskId, envelope, nowMs))
    }
    if (family === 'quiz') {
      const message = decodeQuizMessage(payload)
      return message.type === 'open'
        ? place(() => pool.addRound(roundIdOf(networkId, sender, payload), message, envelope))
        : place(() => pool.addAnswer(message.type === 'precommit' ? 'precommits' : 'reveals', message.roundId, envelope), true)
    }
    return place(() => pool.addBinding(envelope))
  }
  /** Null for what an older version has written and this one cannot read: evidence for one epoch less, not a node that cannot start. */
  const reopen = async (bytes: Uint8Array, family: TopicFamily): Promise<Kept | null> => {
    try {
      const envelope = await openEnvelope(bytes, { networkId, family, verifier, nowMs: null })
      return { envelope, ...placeOf(envelope) }
    } catch {
      return null
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
      const held: Kept[] = []
      for await (const { value } of keyValue.list(PREFIX)) {
        const family = TOPIC_FAMILIES[value[0] ?? TOPIC_FAMILIES.length] as TopicFamily | undefined
        const item = family === undefined ? null : await reopen(value.subarray(1), family)
        if (item !== null) {
          held.push(item)
        }
      }
      // A round before its answers.
      held.sort((a, b) => a.envelope.sequence - b.envelope.sequence)
      for (const isAnswer of [false, true]) {
        for (const item of held.filter((other) => other.isAnswer === isAnswer)) {
          item.restore(clock.now())
        }
      }
    }
  }
}
