import type { Address, CidString } from '@cortensor/interface'
import { loadSection, type PanelOpinion } from '@cortensor/protocols'
import { collectEvidence, type ExplainedRound, explainRounds, messageCid, messagesOf, readBucket } from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import { type FoundReport, isGone, reportsBack } from './reports.js'

export { type ExplainedAnswers, type ExplainedRound, messageCid } from '@cortensor/scoring'

export interface QuizRoundsInit {
  client: Client
  registry: Address
  /** How many epochs to go back. @default 20 */
  maxEpochs?: number | undefined
}

/** A signed message, and where it lies. */
export interface SignedMessage {
  bytes: Uint8Array
  /** The block of the report's evidence that holds it. */
  bucket: CidString
}

/** The rounds of one report, and the messages that they follow from. */
export interface RoundsOfEpoch {
  report: FoundReport
  rounds: readonly ExplainedRound[]
  /** Panels that ended in it. */
  opinions: readonly PanelOpinion[]
  /** By the envelope's id. */
  messages: ReadonlyMap<string, SignedMessage>
}

const DEFAULT_EPOCHS = 20

/**
 * The rounds of the last epochs, the latest epoch first, worked out from the messages behind the reports; their signatures are checked.
 * Ends where reports or evidence are not to be had any more.
 */
export async function* quizRounds({ client, maxEpochs, registry }: QuizRoundsInit): AsyncGenerator<RoundsOfEpoch> {
  let left = maxEpochs ?? DEFAULT_EPOCHS
  for await (const report of reportsBack(client)) {
    if (left-- === 0) {
      return
    }
    try {
      yield await roundsOf(report, client, registry)
    } catch (error) {
      if (isGone(error)) {
        return
      }
      throw error
    }
  }
}

async function roundsOf(report: FoundReport, client: Client, registry: Address): Promise<RoundsOfEpoch> {
  const { root } = report
  const blocks = new Map<CidString, Uint8Array>()
  const fetch = async (cid: CidString): Promise<Uint8Array> => {
    const block = await report.fetch(cid)
    blocks.set(cid, block)
    return block
  }
  const [outcomes, opinions, exclusions, observations] = await Promise.all([
    loadSection(root, 'outcomes', report.fetch),
    loadSection(root, 'opinions', report.fetch),
    loadSection(root, 'exclusions', report.fetch),
    loadSection(root, 'observations', report.fetch)
  ])
  const { networkId, verifier } = client
  const { items } = await collectEvidence(observations, { networkId, registry, chainId: client.chain.chainId(), verifier, fetch })
  const rounds = explainRounds({ report: { epoch: root.epoch, outcomes, exclusions }, items })
  const wanted = new Set(rounds.flatMap(messagesOf))
  const messages = new Map<string, SignedMessage>()
  for (const [bucket, block] of blocks) {
    for (const [id, bytes] of readBucket(bucket, block)) {
      if (wanted.has(id)) {
        messages.set(id, { bytes, bucket })
      }
    }
  }
  return { report, rounds, opinions, messages }
}

export interface QuizHistory {
  /** Of the last report. */
  epoch: number
  /** The first epoch that was looked at. */
  sinceEpoch: number
  /** The latest first. */
  rounds: ExplainedRound[]
}

/** The rounds of the last epochs. Throws `NODE_EPOCH_UNKNOWN` before the first report. */
export async function quizHistory(init: QuizRoundsInit): Promise<QuizHistory> {
  const rounds: ExplainedRound[] = []
  const epochs: number[] = []
  for await (const found of quizRounds(init)) {
    rounds.push(...found.rounds)
    epochs.push(found.report.root.epoch)
  }
  const [epoch] = epochs
  const sinceEpoch = epochs.at(-1)
  if (epoch === undefined || sinceEpoch === undefined) {
    throw nodeError('NODE_REPORT_UNAVAILABLE', 'The evidence of the last report cannot be fetched; are its oracles up?')
  }
  return { epoch, sinceEpoch, rounds }
}

/** A message behind a round: its CID as a block of its own, and the block of evidence that nodes hold it in. */
export interface MessageEvidence {
  message: 'opening' | 'precommit' | 'reveal'
  /** Null for the opening, which is its oracle's. */
  node: ExplainedRound['openedBy'] | null
  cid: CidString
  bucket: CidString | null
}

export interface RoundExplanation extends ExplainedRound {
  /** CID of the report that settles it. */
  report: CidString
  evidence: MessageEvidence[]
  /** What judges said of its open challenge, and by which report; null where none has said so yet. */
  panel: { report: CidString; opinion: PanelOpinion } | null
}

/** Fewer hex digits could name several rounds of a long history by chance. */
const MIN_PREFIX = 8

/**
 * One round, by its id or the first digits of it. Throws `NODE_UNKNOWN` when the epochs that were looked at have none, or several.
 */
export async function explainRound(init: QuizRoundsInit & { round: string }): Promise<RoundExplanation> {
  if (!new RegExp(`^[0-9a-f]{${MIN_PREFIX},64}$`).test(init.round)) {
    throw nodeError('NODE_UNKNOWN', `A round is named by its id, or at least ${MIN_PREFIX} of its hex digits`)
  }
  const panels = new Map<string, RoundExplanation['panel']>()
  for await (const found of quizRounds(init)) {
    // Panels end in a later report, which comes first here.
    for (const opinion of found.opinions) {
      panels.set(opinion.roundId, { report: found.report.cid, opinion })
    }
    const [round, other] = found.rounds.filter(({ roundId }) => roundId.startsWith(init.round))
    if (other !== undefined) {
      throw nodeError('NODE_UNKNOWN', `Several rounds begin with ${init.round}; give more digits`)
    }
    if (round !== undefined) {
      const panel = panels.get(round.roundId) ?? null
      return { ...round, report: found.report.cid, evidence: evidenceOf(round, found.messages), panel }
    }
  }
  throw nodeError('NODE_UNKNOWN', `No round ${init.round} in these epochs; see "cortensor quiz history", or raise --epochs`)
}

function evidenceOf(round: ExplainedRound, messages: RoundsOfEpoch['messages']): MessageEvidence[] {
  const one = (id: string, rest: Pick<MessageEvidence, 'message' | 'node'>): MessageEvidence => ({
    ...rest,
    cid: messageCid(id),
    bucket: messages.get(id)?.bucket ?? null
  })
  return [
    one(round.opening, { message: 'opening', node: null }),
    ...round.answers.flatMap(({ node, precommits, reveal }) => [
      ...precommits.map((id) => one(id, { message: 'precommit', node })),
      ...(reveal === null ? [] : [one(reveal, { message: 'reveal', node })])
    ])
  ]
}
