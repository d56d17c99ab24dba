import { blockCid } from '@cortensor/crypto'
import type { LogitTrace, Verifier } from '@cortensor/interface'
import {
  type AuditVote,
  auditPositions,
  auditSample,
  decodeTranscript,
  isWireError,
  type ReportedResult,
  type Transcript
} from '@cortensor/protocols'
import { checkTranscript, type ReplayFault, type ReplayInit, replayTranscript } from './replay-transcript.js'

export interface AuditInit extends Omit<ReplayInit, 'onEvaluation'> {
  result: ReportedResult
  /** As it was fetched; null when the miner served it to nobody. */
  block: Uint8Array | null
  /** What drew the audit. */
  randomness: Uint8Array
  verifier: Verifier
}

export interface AuditFinding {
  vote: AuditVote
  reason: ReplayFault | 'withheld' | 'malformed' | 'subject' | null
  /** The first false window. */
  window: number | null
  /** Empty when the model did not run. */
  sample: Uint8Array
}

const NO_SAMPLE = new Uint8Array()

const finding = (vote: AuditVote, reason: AuditFinding['reason']): AuditFinding => ({
  vote,
  reason,
  window: null,
  sample: NO_SAMPLE
})

function readTranscript(block: Uint8Array): Transcript | null {
  try {
    return decodeTranscript(block)
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}

/** Whether a transcript is of the very task that the report says, with the counts by which the session was charged. */
export function isOfResult({ generations, miner, model, subject }: Transcript, result: ReportedResult): boolean {
  const [generation] = generations
  return (
    subject.type === 'task' &&
    subject.taskId === result.taskId &&
    subject.assignment.router === result.router &&
    miner === result.miner &&
    model === result.model &&
    generation?.usage.promptTokens === result.promptTokens &&
    generation.usage.completionTokens === result.completionTokens
  )
}

/**
 * What an auditor votes on a result. It fails closed: whatever the miner should have shown and has not is invalid. An answer that is too
 * short to tell models apart is valid when nothing contradicts, because users ask for short answers too.
 */
export async function auditResult(init: AuditInit): Promise<AuditFinding> {
  const { block, randomness, result, verifier } = init
  if (block === null || blockCid(block, 'dag-cbor') !== result.transcript) {
    return finding('invalid', 'withheld')
  }
  const transcript = readTranscript(block)
  if (transcript === null || !isOfResult(transcript, result)) {
    return finding('invalid', transcript === null ? 'malformed' : 'subject')
  }
  if (transcript.generations[0]?.finishReason === 'cancelled') {
    // Such an answer is never committed: it would let a miner stop wherever it likes.
    return finding('invalid', 'ending')
  }
  const fault = await checkTranscript(transcript, verifier)
  if (fault !== null) {
    return finding(fault.verdict, fault.reason)
  }
  let trace: LogitTrace | null = null
  const replay = await replayTranscript(transcript, {
    ...init,
    onEvaluation(evaluation) {
      trace ??= evaluation.trace
    }
  })
  const tokens = transcript.generations[0]?.tokenIds.length ?? 0
  const sample = trace === null ? NO_SAMPLE : auditSample(trace, auditPositions(randomness, result, tokens))
  const vote = replay.verdict === 'inconclusive' && replay.reason === 'short' ? 'valid' : replay.verdict
  const window = vote === 'invalid' ? (replay.answers.find(({ verdict }) => verdict === 'invalid')?.window ?? null) : null
  return { vote, reason: replay.reason, window, sample }
}
