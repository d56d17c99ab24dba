import type { FinishReason } from '@cortensor/interface'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import { engineError } from '../errors.js'
import type { GenerateCommand } from '../ipc/messages.js'
import { contextExceeded } from '../spec.js'
import { StopMatcher } from '../text/stop-matcher.js'
import { TokenDecoder } from '../text/token-decoder.js'
import type { ChatModel } from './load-model.js'
import { type Send, TokenOutbox } from './outbox.js'

/** Tokens of a prompt that are evaluated before the next look at the abort signal. */
const PREFILL_CHUNK = 256

/** Runs one generation from its prompt to its `end` message. */
export async function runGeneration(model: ChatModel, command: GenerateCommand, signal: AbortSignal, send: Send): Promise<void> {
  const { contextLength } = model.info
  const prompt = model.renderPrompt(command.messages)
  if (prompt.tokens.length >= contextLength) {
    throw contextExceeded(prompt.tokens.length, contextLength)
  }
  const sequence = model.freeSequences.pop()
  if (sequence === undefined) {
    throw engineError('ENGINE_QUEUE_FULL', 'every sequence of the model is in use: try again later')
  }
  send({ type: 'start', id: command.id, promptTokenIds: prompt.tokens })
  const startedAt = performance.now()
  const run = new Run(model, sequence, command, signal, send)
  let finishReason: FinishReason
  try {
    finishReason = await run.evaluate(prompt.tokens, prompt.stop)
  } finally {
    // Nothing of this conversation stays behind for the next one.
    await sequence.clearHistory()
    model.freeSequences.push(sequence)
  }
  const totalMs = performance.now() - startedAt
  send({
    type: 'end',
    id: command.id,
    finishReason,
    usage: { promptTokens: prompt.tokens.length, completionTokens: run.completionTokens },
    firstTokenMs: run.firstTokenAt === undefined ? totalMs : run.firstTokenAt - startedAt,
    totalMs
  })
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

  async evaluate(prompt: Token[], templateStops: string[]): Promise<FinishReason> {
    const last = await this.#prefill(prompt)
    if (last === undefined) {
      return 'cancelled'
    }
    const finishReason = await this.#answer(prompt.length, last, templateStops)
    this.#outbox.flush()
    return finishReason
  }

  /** @returns what is left to evaluate together with the first answer token; undefined when aborted */
  async #prefill(prompt: Token[]): Promise<Token[] | undefined> {
    let done = 0
    while (prompt.length - done > PREFILL_CHUNK) {
      if (this.#signal.aborted) {
        return undefined
      }
      await this.#sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(done, done + PREFILL_CHUNK))
      done += PREFILL_CHUNK
    }
    return this.#signal.aborted ? undefined : prompt.slice(done)
  }

  async #answer(promptTokens: number, tokens: Token[], templateStops: string[]): Promise<FinishReason> {
    const { sampling, seed } = this.#command
    const { temperature, topK, topP, minP } = sampling
    // The library shifts an overfull context silently, so the answer ends where the context does.
    const maxTokens = Math.min(sampling.maxTokens, this.#model.info.contextLength - promptTokens)
    const decoder = new TokenDecoder((ids, previous) => this.#model.llama.detokenize(ids as Token[], false, previous as Token[]))
    const stops = new StopMatcher([...sampling.stop, ...templateStops])
    for await (const token of this.#sequence.evaluate(tokens, { temperature, topK, topP, minP, seed, yieldEogToken: true })) {
      this.firstTokenAt ??= performance.now()
      if (this.#signal.aborted) {
        return 'cancelled'
      }
      this.completionTokens++
      const isEog = this.#model.llama.isEogToken(token)
      const { text, stopped } = stops.push(isEog ? decoder.flush() : decoder.push(token))
      this.#outbox.push([token], text)
      if (stopped) {
        return 'stop'
      }
      if (isEog || this.completionTokens >= maxTokens) {
        const rest = stops.push(decoder.flush())
        this.#outbox.push([], rest.stopped ? rest.text : rest.text + stops.flush())
        return isEog || rest.stopped ? 'stop' : 'length'
      }
    }
    // The library ends by itself only when it sampled nothing, which it reports as the end of generation.
    return 'stop'
  }
}
