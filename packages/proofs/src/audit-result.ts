import { blockCid } from '@cortensor/crypto'
import type { LogitTrace, Verifier } from '@cortensor/interface'
import {
  type AuditedAnswer,
  type AuditVote,
  answersDigest,
  auditPositions,
  auditSample,
  isFoundFalse,
  isSealed,
  isWireError,
  type StoredTranscript,
  type Transcript
} from '@cortensor/protocols'
import { readTranscript } from './read-transcript.js'
import { checkStored, checkTranscript, type ReplayFault, type ReplayInit, replayTranscript } from './replay-transcript.js'

/** Without calibrations: auditors with equal engines read alike, and all others no more narrowly than any other. */
export interface AuditInit extends Omit<ReplayInit, 'calibrations' | 'onEvaluation'> {
  answer: AuditedAnswer
  /** As it was fetched; null when the miner served it to nobody. */
  block: Uint8Array | null
  /** What miner and router gave to open it with. @default none */
  keys?: readonly Uint8Array[]
  /** How the block is read. @default readTranscript */
  read?: typeof readTranscript | undefined
  /** What drew the audit. */
  randomness: Uint8Array
  verifier: Verifier
}

export interface AuditFinding {
  vote: AuditVote
  reason: ReplayFault | 'withheld' | 'malformed' | 'subject' | null
  /** The first false window. */
  window: number | null
  /** Whether that window differs to the last bit, in a class of machines that compute alike. */
  isExact: boolean
  /** Empty when the model did not run. */
  sample: Uint8Array
}

const NO_SAMPLE = new Uint8Array()

const finding = (vote: AuditVote, reason: AuditFinding['reason']): AuditFinding => ({
  vote,
  reason,
  window: null,
  isExact: false,
  sample: NO_SAMPLE
})

/** The digest of a round's answers as its transcript tells them; null when no round asks such questions. */
function digestOf({ generations }: Transcript): string | null {
  try {
    return answersDigest(generations)
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}

/**
 * Whether a transcript is of the very answer that the report says: of the task, with the counts by which the session was charged; or of the
 * round, with the questions that the node was asked and the answers that it has shown.
 */
export function isOfAnswer(transcript: StoredTranscript, { miner, model, source, subject }: AuditedAnswer): boolean {
  const { subject: stated } = transcript
  if (transcript.miner !== miner || transcript.model !== model) {
    return false
  }
  if (source.type === 'quiz') {
    const isOfRound = stated.type === 'quiz' && stated.roundId === subject
    return isOfRound && !isSealed(transcript) && digestOf(transcript) === source.digest
  }
  const usage = isSealed(transcript) ? transcript.usage : transcript.generations[0]?.usage
  return (
    stated.type === 'task' &&
    stated.taskId === subject &&
    stated.assignment.router === source.router &&
    usage?.promptTokens === source.promptTokens &&
    usage.completionTokens === source.completionTokens
  )
}

/** The logits of a round's answers one after the other, as many of each position as all of them have. */
function joinTraces(traces: readonly LogitTrace[]): LogitTrace | null {
  const [first, ...others] = traces
  if (first === undefined || others.length === 0) {
    return first ?? null
  }
  const top = Math.min(...traces.map((trace) => trace.top))
  const positions = traces.reduce((sum, trace) => sum + trace.ids.length / trace.top, 0)
  const joined: LogitTrace = { top, ids: new Int32Array(positions * top), logits: new Float32Array(positions * top) }
  let offset = 0
  for (const trace of traces) {
    if (trace.top === top) {
      joined.ids.set(trace.ids, offset)
      joined.logits.set(trace.logits, offset)
      offset += trace.ids.length
      continue
    }
    for (let start = 0; start < trace.ids.length; start += trace.top) {
      joined.ids.set(trace.ids.subarray(start, start + top), offset)
      joined.logits.set(trace.logits.subarray(start, start + top), offset)
      offset += top
    }
  }
  return joined
}

/**
 * What an auditor votes on an answer. It fails closed: what the miner has not shown is withheld, and whatever is wrong with what it has shown
 * is invalid, or strict where engines unlike the miner's do not see it. An answer that is too
 * short to tell models apart is valid when nothing contradicts, because users ask for short answers too.
 */
export async function auditResult(init: AuditInit): Promise<AuditFinding> {
  const { answer, block, randomness, verifier } = init
  if (block === null || blockCid(block, 'dag-cbor') !== answer.transcript) {
    return finding('withheld', 'withheld')
  }
  const read = (init.read ?? readTranscript)(block, init.keys)
  if (read.type === 'malformed' || !isOfAnswer(read.transcript, answer)) {
    return finding('invalid', read.type === 'malformed' ? 'malformed' : 'subject')
  }
  if (read.type === 'sealed') {
    const fault = await checkStored(read.transcript, verifier)
    return fault === null ? finding('withheld', 'withheld') : finding('invalid', fault)
  }
  const { transcript } = read
  if (transcript.generations.some(({ finishReason }) => finishReason === 'cancelled')) {
    // Such an answer is never committed: it would let a miner stop wherever it likes.
    return finding('invalid', 'ending')
  }
  const fault = await checkTranscript(transcript, verifier)
  if (fault !== null) {
    return finding(fault.verdict, fault.reason)
  }
  const traces: LogitTrace[] = []
  const replay = await replayTranscript(transcript, {
    ...init,
    onEvaluation(evaluation) {
      traces.push(evaluation.trace)
    }
  })
  const trace = joinTraces(traces)
  const tokens = transcript.generations.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
  const isWhole = trace !== null && traces.length === transcript.generations.length
  const sample = isWhole ? auditSample(trace, auditPositions(randomness, answer, tokens)) : NO_SAMPLE
  const isOnlyShort = replay.answers.every(({ reason, verdict }) => verdict === 'valid' || reason === 'short')
  const vote = replay.isStrict ? 'strict' : replay.verdict === 'inconclusive' && isOnlyShort ? 'valid' : replay.verdict
  // Of a round's answers another one may be meant; and a miner may have spoilt them on purpose.
  const [falseWindow = null] = answer.source.type === 'task' ? replay.answers.map((one) => one.falseWindow) : []
  const isFalse = isFoundFalse(vote)
  const isExact = isFalse && falseWindow !== null
  const first = replay.answers[replay.answer ?? 0]?.window ?? null
  return { vote, reason: replay.reason, window: isExact ? falseWindow : isFalse ? first : null, isExact, sample }
}
