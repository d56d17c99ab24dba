import type { AnswerEnding, LogitTrace } from '@cortensor/interface'
import { DECODE_SPECS } from '@cortensor/protocols/decode'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import { engineError } from '../errors.js'
import type { EvaluateCommand } from '../ipc/messages.js'
import { contextExceeded } from '../spec.js'
import { AnswerText } from '../text/answer-text.js'
import type { ChatModel } from './load-model.js'
import type { Send } from './outbox.js'
import { prefill } from './prefill.js'
import { withSequence } from './sequences.js'
import { topLogits } from './top-logits.js'
import { TraceBuilder } from './trace-builder.js'
import { countCandidates } from './verifiable.js'

/** More than the sampler's candidates, so that a reader whose logits differ a little still sees all that a writer may have kept. */
const EXTRA_CANDIDATES = 8

/** Reads an answer in one pass and tells what the model would have said at each position. */
export async function runEvaluation(model: ChatModel, command: EvaluateCommand, signal: AbortSignal, send: Send): Promise<void> {
  const { contextLength } = model.info
  const prompt = model.renderPrompt(command.messages)
  const { tokenIds } = command
  const length = prompt.tokens.length + tokenIds.length
  if (length > contextLength || prompt.tokens.length >= contextLength) {
    throw contextExceeded(length, contextLength)
  }
  const foreign = tokenIds.find((id) => id >= model.vocabularySize)
  if (foreign !== undefined) {
    throw engineError('ENGINE_INVALID_REQUEST', `the model has ${model.vocabularySize} tokens, and none with the id ${foreign}`)
  }
  const maxTokens = Math.min(command.sampling.maxTokens, contextLength - prompt.tokens.length)
  const answer = new AnswerText(model.text, [...command.sampling.stop, ...prompt.stop], maxTokens)
  const trace = await withSequence(model, (sequence) => readTrace(model, sequence, prompt.tokens, command, signal))
  send({ type: 'evaluated', id: command.id, promptTokenIds: prompt.tokens, trace, ...readText(answer, tokenIds) })
}

function readText(answer: AnswerText, tokenIds: readonly number[]): { text: string; ending: AnswerEnding } {
  let text = ''
  for (const [index, token] of tokenIds.entries()) {
    const step = answer.push(token)
    text += step.text
    if (step.ending !== undefined) {
      return { text, ending: { type: step.ending, tokens: index + 1 } }
    }
  }
  return { text: text + answer.flush(), ending: { type: 'open', tokens: tokenIds.length } }
}

async function readTrace(
  { gate }: Pick<ChatModel, 'gate'>,
  sequence: LlamaContextSequence,
  prompt: Token[],
  command: EvaluateCommand,
  signal: AbortSignal
): Promise<LogitTrace> {
  const spec = DECODE_SPECS[command.decode]
  // One place is decided by fewer candidates than are drawn from, and each that the library tells costs as much as its share of the model.
  const top = Math.max(spec.traceTop, countCandidates(spec, command.sampling)) + EXTRA_CANDIDATES
  const trace = new TraceBuilder(top)
  const { from, to, tokenIds } = command
  if (to <= from) {
    return trace.build()
  }
  const isCanonical = spec.windows === 'prefilled'
  const chunk = isCanonical ? spec.windowTokens : spec.promptChunk
  // The token before each position is what its logits come from. Canonical windows are whole ones, also where only a part is asked for,
  // and apart from the prompt; otherwise prompt and answer are one text, and a short answer costs one evaluation.
  const positions = isCanonical ? tokenIds.length : to
  const before = isCanonical ? prompt.slice(-1) : prompt
  const inputs = [...before, ...(tokenIds.slice(0, positions - 1) as Token[])]
  if (isCanonical) {
    await prefill(sequence, prompt, { chunk: spec.promptChunk, leave: 'last', evaluate: (run) => gate.run(true, run), signal })
  }
  const [first, end] = [from, to].map((position) => before.length - 1 + position) as [number, number]
  for (let start = 0; start < end && !signal.aborted; start += chunk) {
    const tokens = inputs.slice(start, start + chunk)
    const found = await gate.run(isCanonical, () => topLogits(sequence, tokens, Math.max(0, first - start), top))
    for (const candidates of found.slice(0, Math.max(0, end - Math.max(start, first)))) {
      trace.push(candidates)
    }
  }
  return trace.build()
}
