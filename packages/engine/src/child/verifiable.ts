import { gumbelNoise } from '@cortensor/crypto'
import type { LogitTrace, SamplingParams } from '@cortensor/interface'
import { type DecodeSpec, drawToken } from '@cortensor/protocols/decode'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { BatchGate } from './batch-gate.js'
import { topLogits } from './top-logits.js'
import { TraceBuilder } from './trace-builder.js'

const NO_NOISE = (): number => 0

/** As many as can be drawn; asking for fewer is faster, and gives the same draw. */
export const countCandidates = (spec: DecodeSpec, { temperature, topK }: SamplingParams): number =>
  temperature === 0 ? 1 : topK > 0 ? Math.min(topK, spec.candidates) : spec.candidates

export interface VerifiableDecodeInit {
  sequence: LlamaContextSequence
  gate: BatchGate
  spec: DecodeSpec
  sampling: SamplingParams
  seed: Uint8Array
}

/** Our own sampling loop: what it draws follows from the logits, the request and the seed, so that it can be repeated from those. */
export class VerifiableDecode {
  readonly #init: VerifiableDecodeInit
  readonly #trace: TraceBuilder
  /** Evaluated tokens of the window under way, kept to evaluate them again. */
  #window: Token[] = []

  constructor(init: VerifiableDecodeInit) {
    this.#init = init
    this.#trace = new TraceBuilder(init.spec.traceTop)
  }

  /**
   * Draws without end; whoever iterates stops. `first` are the last tokens of the prompt, which are not evaluated yet: one alone when
   * windows are evaluated again, because it begins the first.
   */
  async *tokens(first: Token[]): AsyncGenerator<Token, void, undefined> {
    const { gate, sampling, seed, sequence, spec } = this.#init
    const top = Math.max(spec.traceTop, countCandidates(spec, sampling))
    let input = first
    for (let position = 0; ; position++) {
      const [candidates] = await gate.run(false, () => topLogits(sequence, input, input.length - 1, top))
      if (candidates === undefined || candidates.ids.length === 0) {
        return
      }
      const noise = sampling.temperature === 0 ? NO_NOISE : gumbelNoise(seed, position)
      const token = drawToken(candidates, sampling, noise) as Token
      if (spec.windows === 'decoded') {
        this.#trace.push(candidates)
      } else {
        this.#window.push(...input)
        if (this.#window.length === spec.windowTokens) {
          await this.#repeatWindow()
        }
      }
      yield token
      input = [token]
    }
  }

  /** The trace of everything that was drawn. */
  async finish(): Promise<LogitTrace> {
    await this.#repeatWindow()
    return this.#trace.build()
  }

  /** Evaluates the window in one piece, as a reader does, so that what follows it rests on the same numbers. */
  async #repeatWindow(): Promise<void> {
    const { gate, sequence, spec } = this.#init
    const window = this.#window
    if (window.length === 0) {
      return
    }
    this.#window = []
    const end = sequence.nextTokenIndex
    await sequence.eraseContextTokenRanges([{ start: end - window.length, end }])
    for (const candidates of await gate.run(true, () => topLogits(sequence, window, 0, spec.traceTop))) {
      this.#trace.push(candidates)
    }
  }
}
