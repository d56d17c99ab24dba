import { createLlamaEngine, listBuiltinModels, type ModelSource } from '@cortensor/engine'
import type { InferenceEngine, Logger, Verifier } from '@cortensor/interface'
import {
  type AnswerVerification,
  ASSIGNMENT_FAULTS,
  type Calibration,
  checkStored,
  checkTranscript,
  type ReplayFault,
  readTranscript,
  replayTranscript,
  type Tolerance,
  type Verdict
} from '@cortensor/proofs'
import type { StoredTranscript, Transcript } from '@cortensor/protocols'

export interface VerifyTranscriptInit {
  /** The block as it was fetched. */
  block: Uint8Array
  /** Opens the transcript of a private task: see `GET /v1/receipts/{id}`. @default none */
  key?: Uint8Array | undefined
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

/** Why a transcript is not valid, or cannot be checked. */
export type TranscriptFault =
  | ReplayFault
  /** The block is no transcript. */
  | 'malformed'
  /** It is of a private task, and no key was given that opens it. */
  | 'sealed'
  /** It is, and the key that was given does not. */
  | 'key'

export interface TranscriptVerification {
  verdict: Verdict
  reason: TranscriptFault | null
  /** The reason in a sentence. */
  explanation: string
  /** Only an engine equal to the writer's can tell: by the tolerance of all others the answer is not invalid. */
  isStrict: boolean
  /** Number of the answer that decided, of several in a round. */
  answer: number | null
  transcript: StoredTranscript | null
  /** Of the engine here. */
  fingerprint: string | null
  tolerance: Tolerance | null
  answers: AnswerVerification[]
}

const EXPLANATIONS: Readonly<Record<TranscriptFault, string>> = {
  malformed: 'the block is no transcript in its canonical form',
  sealed: 'prompt and answer are sealed: say --key with the key that GET /v1/receipts/{id} shows to the API key that asked',
  key: 'this key does not open the transcript: take the "key" of GET /v1/receipts/{id} for its task',
  signature: 'the signature is not that of the miner',
  ...ASSIGNMENT_FAULTS,
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

const outcome = (
  verdict: Verdict,
  reason: TranscriptFault | null,
  more: Partial<TranscriptVerification> = {}
): TranscriptVerification => ({
  verdict,
  reason,
  explanation: reason === null ? 'this model gave this answer' : EXPLANATIONS[reason],
  isStrict: false,
  answer: null,
  transcript: null,
  fingerprint: null,
  tolerance: null,
  answers: [],
  ...more
})

/** Repeats what a transcript says with the engine of this machine: form, signature, task, then every answer. */
export async function verifyTranscript(init: VerifyTranscriptInit): Promise<TranscriptVerification> {
  const read = readTranscript(init.block, init.key === undefined ? [] : [init.key])
  if (read.type === 'malformed') {
    return outcome('invalid', 'malformed')
  }
  if (read.type === 'sealed') {
    const reason = await checkStored(read.transcript, init.verifier)
    const closed = init.key === undefined ? 'sealed' : 'key'
    return outcome(reason === null ? 'unsupported' : 'invalid', reason ?? closed, { transcript: read.transcript })
  }
  const { transcript } = read
  const fault = await checkTranscript(transcript, init.verifier)
  if (fault !== null) {
    return outcome(fault.verdict, fault.reason, { transcript })
  }
  if (init.engine !== undefined) {
    return verifyAnswers(init.engine, transcript, init)
  }
  const sources = [...(init.models ?? []), ...listBuiltinModels().filter(({ id }) => id === transcript.model)]
  if (sources.length === 0) {
    return outcome('unsupported', 'model', { transcript })
  }
  const engine = createLlamaEngine({ models: sources, sequences: 1, logger: init.logger })
  await engine.start()
  try {
    return await verifyAnswers(engine, transcript, init)
  } finally {
    await engine.stop()
  }
}

async function verifyAnswers(
  engine: InferenceEngine,
  transcript: Transcript,
  { calibrations, signal }: VerifyTranscriptInit
): Promise<TranscriptVerification> {
  const { reason, verdict, ...more } = await replayTranscript(transcript, { engine, calibrations, signal })
  return outcome(verdict, reason, { transcript, ...more })
}
