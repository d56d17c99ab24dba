import type { Clock, CommittedEpoch, EpochNumber, Hex32, KeyValue, Verifier } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage, TopicFamily } from '@cortensor/protocols'
import {
  decodeOracleMessage,
  decodeQuizMessage,
  decodeResultMessage,
  decodeTaskHeader,
  openEnvelope,
  roundIdOf,
  TOPIC_FAMILIES,
  taskIdOf
} from '@cortensor/protocols'
import { createItemMemo, type ItemMemo, itemOf, type ReportNetwork } from '@cortensor/scoring'
import { concatBytes } from '@cortensor/utils'
import { addResultMessage, type EvidencePool, type SettledReport } from './pool.js'

/** The pool, and its copy on disk: what was accepted from the mesh is not lost by a restart. */
export interface Evidence {
  readonly pool: EvidencePool
  /** What the messages in the pool state, so that no report needs their signatures checked again. */
  readonly known: ItemMemo
  nowMs(): number
  /** Writes an accepted message down. */
  keep(isNew: boolean, envelope: OpenedEnvelope): Promise<void>
  /** Puts aside what a report has settled, until the commit is final. */
  settle(report: SettledReport, commit: Pick<CommittedEpoch, 'epoch' | 'digest' | 'block'>): Promise<void>
  /** Rule 8: what a report had settled that is not on the chain any more waits for a report again. */
  restore(isOnChain: (epoch: EpochNumber, digest: Hex32) => Promise<boolean>): Promise<void>
  /** Drops what was settled by commits in this block and before, here and on disk. */
  finalise(blockNumber: number): Promise<void>
  /** Reads back what was kept. */
  load(): Promise<void>
}

export interface EvidenceInit extends ReportNetwork {
  pool: EvidencePool
  keyValue: KeyValue
  clock: Clock
  verifier: Verifier
}

/** A message from disk, and where it goes. */
interface Kept {
  envelope: OpenedEnvelope
  /** Of a round or to a promise, which must be there before it. */
  isAnswer: boolean
  restore: (nowMs: number) => boolean
}

const PREFIX = 'evidence/'

/** As many as may wait: with more, the oldest commits count as final early, and their items are lost with a reorganisation that deep. */
const MAX_SETTLED = 96_000

/** As many as the pool holds, and the items that only others have seen. */
const MAX_KNOWN_ITEMS = 100_000

export function createEvidence(init: EvidenceInit): Evidence {
  const { clock, keyValue, networkId, pool, verifier } = init
  const known = createItemMemo(MAX_KNOWN_ITEMS)
  /** By commits that are not final yet, in their order. */
  let settled: { epoch: EpochNumber; digest: Hex32; atBlock: number; items: OpenedEnvelope[] }[] = []

  const remember = async (envelope: OpenedEnvelope): Promise<void> => {
    // A presence has two signatures more inside, which are checked when a report needs them.
    const item = envelope.family === 'presence' ? null : await itemOf(envelope, init)
    if (item !== null) {
      known.add(item)
    }
  }

  /** It came in time once; when is not on disk. */
  const putBackAnswer = (
    { roundId, type }: Extract<QuizMessage, { type: 'precommit' | 'reveal' }>,
    envelope: OpenedEnvelope
  ): boolean => {
    const openedMs = pool.round(roundId)?.openedMs ?? 0
    return pool.addAnswer(type === 'precommit' ? 'precommits' : 'reveals', roundId, envelope, openedMs) === null
  }
  const placeOf = (envelope: OpenedEnvelope): Omit<Kept, 'envelope'> => {
    const { family, payload, sender } = envelope
    const place = (restore: Kept['restore'], isAnswer = false) => ({ restore, isAnswer })
    if (family === 'task') {
      const header = decodeTaskHeader(payload)
      return place((nowMs) => pool.addHeader(taskIdOf(networkId, sender, payload), header, envelope, nowMs))
    }
    if (family === 'result') {
      const message = decodeResultMessage(payload)
      return place((nowMs) => addResultMessage(pool, message, envelope, nowMs), message.type === 'audit-reveal')
    }
    if (family === 'quiz') {
      const message = decodeQuizMessage(payload)
      switch (message.type) {
        case 'request':
        case 'create':
        case 'prepare':
          // Nobody keeps them: they matter until their round opens.
          return place(() => false)
        case 'open':
          return place(() => pool.addRound(roundIdOf(networkId, sender, payload), message, envelope))
        case 'ballot':
          return place(() => pool.addBallot(message.roundId, envelope) === null)
        default:
          return place(() => putBackAnswer(message, envelope), true)
      }
    }
    if (family === 'oracle') {
      const message = decodeOracleMessage(payload)
      return place(() => message.type === 'propose' && pool.addProposal(message, envelope))
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
  /** A round before its answers. */
  const putBack = (held: Kept[]): void => {
    held.sort((a, b) => a.envelope.sequence - b.envelope.sequence)
    for (const isAnswer of [false, true]) {
      for (const item of held.filter((other) => other.isAnswer === isAnswer)) {
        item.restore(clock.now())
      }
    }
  }
  const drop = async (items: readonly OpenedEnvelope[]): Promise<void> => {
    known.forget(items.map(({ id }) => id))
    await keyValue.batch(items.map(({ id }) => ({ type: 'delete', key: `${PREFIX}${id}` })))
  }
  return {
    pool,
    known,
    nowMs: () => clock.now(),
    async keep(isNew, envelope) {
      if (isNew) {
        await remember(envelope)
        const family = Uint8Array.of(TOPIC_FAMILIES.indexOf(envelope.family))
        await keyValue.put(`${PREFIX}${envelope.id}`, concatBytes(family, envelope.bytes))
      }
    },
    async settle(report, { block, digest, epoch }) {
      settled.push({ atBlock: block.number, digest, epoch, items: pool.settle(report, clock.now()) })
      while (settled.length > 1 && settled.reduce((sum, { items }) => sum + items.length, 0) > MAX_SETTLED) {
        await drop(settled.shift()?.items ?? [])
      }
    },
    async restore(isOnChain) {
      const kept = await Promise.all(settled.map(({ digest, epoch }) => isOnChain(epoch, digest)))
      const lost = settled.filter((_, i) => kept[i] === false)
      settled = settled.filter((_, i) => kept[i] !== false)
      putBack(lost.flatMap(({ items }) => items.map((envelope) => ({ envelope, ...placeOf(envelope) }))))
    },
    async finalise(blockNumber) {
      const final = settled.filter(({ atBlock }) => atBlock <= blockNumber)
      settled = settled.filter(({ atBlock }) => atBlock > blockNumber)
      await drop(final.flatMap(({ items }) => items))
    },
    async load() {
      const held: Kept[] = []
      for await (const { value } of keyValue.list(PREFIX)) {
        const family = TOPIC_FAMILIES[value[0] ?? TOPIC_FAMILIES.length] as TopicFamily | undefined
        const item = family === undefined ? null : await reopen(value.subarray(1), family)
        if (item !== null) {
          held.push(item)
          await remember(item.envelope)
        }
      }
      putBack(held)
    }
  }
}
