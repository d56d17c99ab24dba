import { createLlamaEngine, listBuiltinModels, type ModelSource } from '@cortensor/engine'
import type { InferenceEngine, Logger, ModelId, Verifier } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import {
  type AssignmentFault,
  type Calibration,
  checkAssignment,
  checkGeneration,
  type GenerationCheck,
  isExactType,
  isWindowExact,
  type Tolerance,
  toleranceFor,
  type Verdict,
  type VerdictReason
} from '@cortensor/proofs'
import { decodeModeOf, type Generation, isTranscriptSigned, type Transcript, WINDOW_TOKENS } from '@cortensor/protocols'
import { readTranscript } from './read-transcript.js'

export interface VerifyTranscriptInit {
  /** The block as it was fetched. */
  block: Uint8Array
  /** Model files to look for the answer's model in, besides the built-in ones. @default none */
  models?: readonly ModelSource[]
  /** What was measured on this machine; see `calibrate`. @default the tolerances of the quantisation */
  calibrations?: readonly Calibration[]
  /** An engine that runs and holds the model. @default one is started for this transcript */
  engine?: InferenceEngine
  verifier: Verifier
  logger: Logger
  signal?: AbortSignal
}

/** Why a transcript is not valid, beyond what its answers show. */
export type TranscriptFault =
  | VerdictReason
  | AssignmentFault
  /** The block is no transcript. */
  | 'malformed'
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
  /** Windows with the very same logits here; null when they were not compared that way. */
  exactWindows: number | null
}

export interface TranscriptVerification {
  verdict: Verdict
  reason: TranscriptFault | null
  /** The reason in a sentence. */
  explanation: string
  /** Number of the answer that decided, of several in a round. */
  answer: number | null
  transcript: Transcript | null
  /** Of the engine here. */
  fingerprint: string | null
  tolerance: Tolerance | null
  answers: AnswerVerification[]
}

const EXPLANATIONS: Readonly<Record<TranscriptFault, string>> = {
  malformed: 'the block is no transcript in its canonical form',
  signature: 'the signature is not that of the miner',
  header: "the task's header does not fit the answer",
  payload: 'prompt or parameters are not those that the router committed to',
  seed: 'the tokens were not drawn from the seed of the task',
  prompt: "the prompt's tokens are not those of the messages",
  usage: 'the counts of tokens do not fit the tokens',
  windows: 'the logits are missing, or are not complete',
  ending: 'the answer does not end where it says it does',
  text: 'the text is not that of the tokens',
  token: 'a token is not the one that the model draws',
  logits: 'the logits are not those of the model',
  window: 'a window does not have the logits of the model to the last bit',
  short: 'nothing contradicts, but the answer is too short to tell models apart',
  doubtful: 'a difference lies between what honest machines show and what a cheat does',
  'decode-spec': 'the tokens were drawn in a way that cannot be repeated here',
  model: "the answer's model is not here: name its file with --model",
  engine: 'the engine here cannot read this answer'
}

const SEVERITY: readonly Verdict[] = ['invalid', 'unsupported', 'inconclusive', 'valid']

/** The engine's name and the library's release; what follows are backend and kernels, which a tolerance is for. */
const engineVersion = (fingerprint: string): string => fingerprint.split('/').slice(0, 2).join('/')

const outcome = (
  verdict: Verdict,
  reason: TranscriptFault | null,
  more: Partial<TranscriptVerification> = {}
): TranscriptVerification => ({
  verdict,
  reason,
  explanation: reason === null ? 'this model gave this answer' : EXPLANATIONS[reason],
  answer: null,
  transcript: null,
  fingerprint: null,
  tolerance: null,
  answers: [],
  ...more
})

/** Repeats what a transcript says with the engine of this machine: form, signature, task, then every answer. */
export async function verifyTranscript(init: VerifyTranscriptInit): Promise<TranscriptVerification> {
  const transcript = readTranscript(init.block)
  if (transcript === null) {
    return outcome('invalid', 'malformed')
  }
  if (!(await isTranscriptSigned(transcript, init.verifier))) {
    return outcome('invalid', 'signature', { transcript })
  }
  const fault = checkAssignment(transcript)
  if (fault !== null) {
    return outcome('invalid', fault, { transcript })
  }
  const mode = decodeModeOf(transcript.decodeSpec)
  if (mode === null || mode === 'native') {
    return outcome('unsupported', 'decode-spec', { transcript })
  }
  if (init.engine !== undefined) {
    return verifyAnswers(init.engine, transcript, mode, init)
  }
  const sources = [...(init.models ?? []), ...listBuiltinModels().filter(({ id }) => id === transcript.model)]
  if (sources.length === 0) {
    return outcome('unsupported', 'model', { transcript })
  }
  const engine = createLlamaEngine({ models: sources, sequences: 1, logger: init.logger })
  await engine.start()
  try {
    return await verifyAnswers(engine, transcript, mode, init)
  } finally {
    await engine.stop()
  }
}

async function verifyAnswers(
  engine: InferenceEngine,
  transcript: Transcript,
  mode: AnswerInit['mode'],
  init: VerifyTranscriptInit
): Promise<TranscriptVerification> {
  const model = (await engine.models()).find(({ id, kind }) => id === transcript.model && kind === 'chat')
  const { fingerprint } = await engine.status()
  if (model === undefined) {
    return outcome('unsupported', 'model', { transcript, fingerprint })
  }
  if (engineVersion(fingerprint) !== engineVersion(transcript.fingerprint)) {
    return outcome('unsupported', 'engine', { transcript, fingerprint })
  }
  const isCanonical = mode === 'canonical'
  const { id, quantisation } = model
  const query = { model: id, quantisation, writer: transcript.fingerprint, reader: fingerprint, isCanonical }
  const tolerance = toleranceFor(query, init.calibrations ?? [])
  const isExact = isCanonical && fingerprint === transcript.fingerprint && isExactType(quantisation)
  const answers: AnswerVerification[] = []
  for (const generation of transcript.generations) {
    const answer = await verifyAnswer(engine, model.id, generation, { mode, tolerance, isExact, signal: init.signal })
    if (answer === null) {
      return outcome('unsupported', 'engine', { transcript, fingerprint, tolerance, answers })
    }
    answers.push(answer)
  }
  const worst = Math.min(...answers.map(({ verdict }) => SEVERITY.indexOf(verdict)))
  const index = answers.findIndex(({ verdict }) => SEVERITY.indexOf(verdict) === worst)
  const decisive = answers[index]
  const more = { transcript, fingerprint, tolerance, answers, answer: answers.length > 1 ? index : null }
  return outcome(decisive?.verdict ?? 'inconclusive', decisive?.reason ?? null, more)
}

interface AnswerInit {
  mode: 'verifiable' | 'canonical'
  tolerance: Tolerance
  isExact: boolean
  signal: AbortSignal | undefined
}

/** Null when the engine cannot read the answer at all. */
async function verifyAnswer(
  engine: InferenceEngine,
  model: ModelId,
  generation: Generation,
  init: AnswerInit
): Promise<AnswerVerification | null> {
  const { messages, sampling, seed, tokenIds } = generation
  const spec = { model, messages, sampling, seed, decode: init.mode }
  try {
    const evaluation = await engine.evaluate(spec, tokenIds, { signal: init.signal })
    const check = checkGeneration(generation, evaluation, init.tolerance)
    if (!init.isExact || check.maxGap === null) {
      return { ...check, tokens: tokenIds.length, exactWindows: null }
    }
    const { top, ids, logits } = evaluation.trace
    const exact = generation.windows.map((_, window) => {
      const [from, to] = [window * WINDOW_TOKENS * top, (window + 1) * WINDOW_TOKENS * top]
      return isWindowExact(generation, window, { top, ids: ids.slice(from, to), logits: logits.slice(from, to) })
    })
    const counted = { tokens: tokenIds.length, exactWindows: exact.filter(Boolean).length }
    const window = exact.indexOf(false)
    return window < 0 || check.verdict === 'invalid'
      ? { ...check, ...counted }
      : { ...check, ...counted, verdict: 'invalid', reason: 'window', position: window * WINDOW_TOKENS, window }
  } catch (error) {
    if (isCortensorError(error) && error.code === 'ENGINE_CONTEXT_EXCEEDED') {
      return null
    }
    if (isCortensorError(error) && error.code === 'ENGINE_INVALID_REQUEST') {
      // Tokens that the model does not have, or parameters that no engine takes: the miner wrote them.
      return {
        verdict: 'invalid',
        reason: 'token',
        position: null,
        window: null,
        maxGap: null,
        maxLogitDifference: null,
        tokens: tokenIds.length,
        exactWindows: null
      }
    }
    throw error
  }
}
