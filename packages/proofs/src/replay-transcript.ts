import type { DecodeMode, Evaluation, InferenceEngine, ModelId, Verifier } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import {
  countWindows,
  decodeModeOf,
  type Generation,
  isTranscriptSigned,
  type StoredTranscript,
  type Transcript,
  WINDOW_TOKENS
} from '@cortensor/protocols'
import { type AssignmentFault, checkAssignment } from './check-assignment.js'
import { checkGeneration, type GenerationCheck, type Verdict, type VerdictReason } from './check-generation.js'
import { isWindowExact } from './check-window.js'
import type { Tolerance } from './compare-trace.js'
import { type Calibration, defaultTolerance, isExactClass, toleranceFor } from './tolerance.js'

/** Why a transcript is not valid, beyond what its answers show. */
export type ReplayFault =
  | VerdictReason
  | AssignmentFault
  /** The miner did not sign it. */
  | 'signature'
  /** The tokens were drawn in a way that cannot be repeated here. */
  | 'decode-spec'
  /** The model is not here. */
  | 'model'
  /** The engine here is of another version, or the answer is longer than it can read. */
  | 'engine'

export interface AnswerVerification extends GenerationCheck {
  tokens: number
  /** Invalid by what this reader's engine alone can tell: by the tolerance that all engines share it is not. */
  isStrict: boolean
  /** Windows with the very same logits here; null when they were not compared that way. */
  exactWindows: number | null
  /** The first window without; null when there is none, or they were not compared. */
  falseWindow: number | null
}

export interface TranscriptReplay {
  verdict: Verdict
  reason: ReplayFault | null
  /** No answer is invalid but by what this reader's engine alone can tell. */
  isStrict: boolean
  /** Number of the answer that decided, of several in a round. */
  answer: number | null
  /** Of the engine here; null when none was asked. */
  fingerprint: string | null
  tolerance: Tolerance | null
  answers: AnswerVerification[]
}

export interface ReplayInit {
  engine: Pick<InferenceEngine, 'evaluate' | 'models' | 'status'>
  /** What was measured on this machine. @default the tolerances of the quantisation */
  calibrations?: readonly Calibration[] | undefined
  signal?: AbortSignal | undefined
  /** Told what the engine makes of each answer. */
  onEvaluation?: (evaluation: Evaluation) => void
}

const SEVERITY: readonly (Verdict | 'strict')[] = ['invalid', 'strict', 'unsupported', 'inconclusive', 'valid']

/** What everybody can tell decides before what equal engines alone can. */
const severityOf = ({ isStrict, verdict }: AnswerVerification): number => SEVERITY.indexOf(isStrict ? 'strict' : verdict)

/** The engine's name and the library's release; what follows are backend and kernels, which a tolerance is for. */
const engineVersion = (fingerprint: string): string => fingerprint.split('/').slice(0, 2).join('/')

const outcome = (verdict: Verdict, reason: ReplayFault | null, more: Partial<TranscriptReplay> = {}): TranscriptReplay => ({
  ...{ verdict, reason, isStrict: false, answer: null, fingerprint: null, tolerance: null, answers: [] },
  ...more
})

/** What shows of a transcript as it is stored, sealed or not: a fault of signature or task; null when there is none. */
export const checkStored = async (
  transcript: StoredTranscript,
  verifier: Verifier
): Promise<'signature' | AssignmentFault | null> =>
  (await isTranscriptSigned(transcript, verifier)) ? checkAssignment(transcript) : 'signature'

/** What can be found without an engine: a fault of signature, task or way to decode; null when there is none. */
export async function checkTranscript(transcript: Transcript, verifier: Verifier): Promise<TranscriptReplay | null> {
  const fault = await checkStored(transcript, verifier)
  if (fault !== null) {
    return outcome('invalid', fault)
  }
  const mode = decodeModeOf(transcript.decodeSpec)
  return mode === null || mode === 'native' ? outcome('unsupported', 'decode-spec') : null
}

/** Repeats every answer of a transcript in which `checkTranscript` finds no fault. Throws what the engine throws of itself. */
export async function replayTranscript(transcript: Transcript, init: ReplayInit): Promise<TranscriptReplay> {
  const { engine } = init
  const isCanonical = decodeModeOf(transcript.decodeSpec) === 'canonical'
  const model = (await engine.models()).find(({ id, kind }) => id === transcript.model && kind === 'chat')
  const { fingerprint } = await engine.status()
  if (model === undefined) {
    return outcome('unsupported', 'model', { fingerprint })
  }
  if (engineVersion(fingerprint) !== engineVersion(transcript.fingerprint)) {
    return outcome('unsupported', 'engine', { fingerprint })
  }
  const { id, quantisation } = model
  const query = { model: id, quantisation, writer: transcript.fingerprint, reader: fingerprint, isCanonical }
  const tolerance = toleranceFor(query, init.calibrations ?? [])
  const shared = defaultTolerance(quantisation, 'none')
  const isExact = isCanonical && fingerprint === transcript.fingerprint && isExactClass(quantisation, fingerprint)
  const answers: AnswerVerification[] = []
  for (const generation of transcript.generations) {
    const mode = isCanonical ? 'canonical' : 'verifiable'
    const answer = await replayAnswer(generation, { ...init, model: id, mode, tolerance, shared, isExact })
    if (answer === null) {
      return outcome('unsupported', 'engine', { fingerprint, tolerance, answers })
    }
    answers.push(answer)
  }
  const worst = Math.min(...answers.map(severityOf))
  const index = answers.findIndex((answer) => severityOf(answer) === worst)
  const decisive = answers[index]
  const isStrict = decisive?.isStrict ?? false
  const more = { fingerprint, tolerance, answers, isStrict, answer: answers.length > 1 ? index : null }
  return outcome(decisive?.verdict ?? 'inconclusive', decisive?.reason ?? null, more)
}

interface AnswerInit extends ReplayInit {
  model: ModelId
  mode: DecodeMode
  tolerance: Tolerance
  /** The one that readers with any engine have. */
  shared: Tolerance
  isExact: boolean
}

/**
 * Which windows have the very same logits here, whatever else is wrong with the answer; null when they are not of this prompt, or not
 * complete.
 */
function compareWindows(generation: Generation, { promptTokenIds, trace: { ids, logits, top } }: Evaluation): boolean[] | null {
  const isOfPrompt =
    promptTokenIds.length === generation.promptTokenIds.length &&
    promptTokenIds.every((id, index) => id === generation.promptTokenIds[index])
  if (!isOfPrompt || generation.windows.length !== countWindows(generation.tokenIds.length)) {
    return null
  }
  return generation.windows.map((_, window) => {
    const [from, to] = [window * WINDOW_TOKENS * top, (window + 1) * WINDOW_TOKENS * top]
    return isWindowExact(generation, window, { top, ids: ids.slice(from, to), logits: logits.slice(from, to) })
  })
}

/** Null when the engine cannot read the answer at all. */
async function replayAnswer(generation: Generation, init: AnswerInit): Promise<AnswerVerification | null> {
  const { messages, sampling, seed, tokenIds } = generation
  const spec = { model: init.model, messages, sampling, seed, decode: init.mode }
  try {
    const evaluation = await init.engine.evaluate(spec, tokenIds, { signal: init.signal })
    init.onEvaluation?.(evaluation)
    const check = checkGeneration(generation, evaluation, init.tolerance)
    const exact = init.isExact ? compareWindows(generation, evaluation) : null
    const window = exact?.indexOf(false) ?? -1
    const falseWindow = window < 0 ? null : window
    const isFalse = check.verdict === 'invalid' || falseWindow !== null
    const isStrict = isFalse && checkGeneration(generation, evaluation, init.shared).verdict !== 'invalid'
    const compared = { tokens: tokenIds.length, isStrict, exactWindows: exact?.filter(Boolean).length ?? null, falseWindow }
    return falseWindow === null || check.verdict === 'invalid'
      ? { ...check, ...compared }
      : { ...check, ...compared, verdict: 'invalid', reason: 'window', position: window * WINDOW_TOKENS, window }
  } catch (error) {
    if (isCortensorError(error) && error.code === 'ENGINE_CONTEXT_EXCEEDED') {
      return null
    }
    if (isCortensorError(error) && error.code === 'ENGINE_INVALID_REQUEST') {
      // Tokens that the model does not have, or parameters that no engine takes: the miner wrote them.
      const nothing = {
        position: null,
        window: null,
        maxGap: null,
        maxLogitDifference: null,
        exactWindows: null,
        falseWindow: null
      }
      return { verdict: 'invalid', reason: 'token', isStrict: false, tokens: tokenIds.length, ...nothing }
    }
    throw error
  }
}
