import type { FinishReason, LogitTrace } from '@cortensor/interface'
import { DECODE_SPECS } from '@cortensor/protocols/decode'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { GenerateCommand } from '../ipc/messages.js'
import { seedToNumber } from '../seed.js'
import { contextExceeded } from '../spec.js'
import { AnswerText } from '../text/answer-text.js'
import type { BatchGate } from './batch-gate.js'
import type { ChatModel } from './load-model.js'
import { type Send, TokenOutbox } from './outbox.js'
import { prefill } from './prefill.js'
import { withSequence } from './sequences.js'
import { VerifiableDecode } from './verifiable.js'

/** Tokens of a prompt that are evaluated before the next look at the abort signal, with the engine's own sampler. */
const NATIVE_CHUNK = 256

/** Runs one generation from its prompt to its `end` message. */
export async function runGeneration(model: ChatModel, command: GenerateCommand, signal: AbortSignal, send: Send): Promise<void> {
  const { contextLength } = model.info
  const prompt = model.renderPrompt(command.messages)
  if (prompt.tokens.length >= contextLength) {
    throw contextExceeded(prompt.tokens.length, contextLength)
  }
  const startedAt = performance.now()
  const { finishReason, run, totalMs, trace } = await withSequence(model, async (sequence) => {
    send({ type: 'start', id: command.id, promptTokenIds: prompt.tokens })
    const run = new Run(model, sequence, command, signal, send)
    const outcome = await run.evaluate(prompt.tokens, prompt.stop)
    return { run, ...outcome, totalMs: performance.now() - startedAt }
  })
  // Only now: whoever hears it may use the sequence.
  send({
    type: 'end',
    id: command.id,
    finishReason,
    usage: { promptTokens: prompt.tokens.length, completionTokens: run.completionTokens },
    firstTokenMs: run.firstTokenAt === undefined ? totalMs : run.firstTokenAt - startedAt,
    totalMs,
    trace
  })
}

/** The tokens that a model draws one after the other, and what is known about their choice at the end. */
interface Drawing {
  tokens: AsyncIterable<Token>
  finish(): Promise<LogitTrace | null>
}

class Run {
  completionTokens = 0
  firstTokenAt: number | undefined
  readonly #model: ChatModel
  readonly #sequence: LlamaContextSequence
  readonly #command: GenerateCommand
  readonly #signal: AbortSignal
  readonly #outbox: TokenOutbox

  constructor(model: ChatModel, sequence: LlamaContextSequence, command: GenerateCommand, signal: AbortSignal, send: Send) {
    this.#model = model
    this.#sequence = sequence
    this.#command = command
    this.#signal = signal
    this.#outbox = new TokenOutbox(command.id, send)
  }

  async evaluate(prompt: Token[], templateStops: string[]): Promise<{ finishReason: FinishReason; trace: LogitTrace | null }> {
    const drawing = await this.#begin(prompt)
    if (drawing === undefined) {
      return { finishReason: 'cancelled', trace: null }
    }
    const finishReason = await this.#answer(prompt.length, drawing.tokens, templateStops)
    this.#outbox.flush()
    return { finishReason, trace: await drawing.finish() }
  }

  /** @returns undefined when aborted */
  async #begin(prompt: Token[]): Promise<Drawing | undefined> {
    const { decode, sampling, seed } = this.#command
    const { gate } = this.#model
    const prefilling = { evaluate: (run: () => Promise<void>) => gate.run(decode === 'canonical', run), signal: this.#signal }
    if (decode === 'native') {
      const rest = await prefill(this.#sequence, prompt, { ...prefilling, chunk: NATIVE_CHUNK, leave: 'chunk' })
      if (rest === undefined) {
        return undefined
      }
      const { temperature, topK, topP, minP } = sampling
      const options = { temperature, topK, topP, minP, seed: seedToNumber(seed), yieldEogToken: true }
      return { tokens: throughGate(gate, this.#sequence.evaluate(rest, options)), finish: async () => null }
    }
    const spec = DECODE_SPECS[decode]
    const leave = spec.windows === 'prefilled' ? 'last' : 'chunk'
    const rest = await prefill(this.#sequence, prompt, { ...prefilling, chunk: spec.promptChunk, leave })
    if (rest === undefined) {
      return undefined
    }
    const decoding = new VerifiableDecode({ sequence: this.#sequence, gate, spec, sampling, seed })
    return { tokens: decoding.tokens(rest), finish: () => decoding.finish() }
  }

  async #answer(promptTokens: number, tokens: AsyncIterable<Token>, templateStops: string[]): Promise<FinishReason> {
    const { sampling } = this.#command
    // The library shifts an overfull context silently, so the answer ends where the context does.
    const maxTokens = Math.min(sampling.maxTokens, this.#model.info.contextLength - promptTokens)
    const answer = new AnswerText(this.#model.text, [...sampling.stop, ...templateStops], maxTokens)
    for await (const token of tokens) {
      this.firstTokenAt ??= performance.now()
      if (this.#signal.aborted) {
        return 'cancelled'
      }
      this.completionTokens++
      const { text, ending } = answer.push(token)
      this.#outbox.push([token], text)
      if (ending !== undefined) {
        return ending === 'limit' ? 'length' : 'stop'
      }
    }
    // The library ends by itself only when it sampled nothing, which it reports as the end of generation.
    return 'stop'
  }
}

/** The library evaluates a token whenever it is asked for the next one. */
async function* throughGate(gate: BatchGate, tokens: AsyncGenerator<Token, unknown>): AsyncGenerator<Token, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await gate.run(false, () => tokens.next())
      if (done === true) {
        return
      }
      yield value
    }
  } finally {
    await tokens.return(undefined)
  }
}
