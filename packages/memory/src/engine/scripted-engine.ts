import type {
  AbortOptions,
  EngineModel,
  EvaluateOptions,
  Evaluation,
  GenerateEvent,
  GenerateSpec,
  InferenceEngine,
  LogitTrace,
  ModelId,
  Rng
} from '@cortensor/interface'
import { DECODE_SPECS } from '@cortensor/protocols'
import { bytesToHex, linkSignals } from '@cortensor/utils'
import { engineError } from '../errors.js'
import { checkAnswer, checkSpec } from './checks.js'
import { embedText } from './embedding.js'
import { resolveModels, type ScriptedEngineInit } from './options.js'
import { scriptedTrace } from './scripted-trace.js'
import { repeatLastMessage } from './skill.js'
import { Slots } from './slots.js'
import { pieceToTokenId, splitText } from './tokeniser.js'

const DEFAULT_DECODE = 50
const DEFAULT_PREFILL = 500

const TRACE_TOP = DECODE_SPECS.verifiable.traceTop

export interface ScriptedEngine extends InferenceEngine {
  /** Every request in progress or waiting fails with `ENGINE_CRASHED`; the next one works again. */
  crash(): void
}

/** What an answer to a spec consists of. */
interface Script {
  promptTokenIds: number[]
  pieces: string[]
  finishReason: 'stop' | 'length'
}

/** Cuts before the first stop string. */
function cutAtStop(text: string, stops: readonly string[]): string {
  const first = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0))
  return Number.isFinite(first) ? text.slice(0, first) : text
}

/** An engine that says what a function tells it to, at the speed of a device, in the clock's time. */
export function createScriptedEngine(init: ScriptedEngineInit): ScriptedEngine {
  const { clock } = init
  const models = resolveModels(init.models)
  const msPerToken = 1000 / (init.decodeTokensPerSecond ?? DEFAULT_DECODE)
  const prefillMsPerToken = 1000 / (init.prefillTokensPerSecond ?? DEFAULT_PREFILL)
  const tokensPerEvent = Math.max(1, init.tokensPerEvent ?? 1)
  const slots = init.slots ?? new Slots(init.sequences ?? 4, init.queueLimit ?? 64)
  const fingerprint = init.fingerprint ?? 'memory/scripted'
  /** One running life of the engine; aborted by its end. */
  let life: AbortController | undefined

  const findModel = (id: ModelId, kind: EngineModel['kind']): EngineModel => {
    const model = models.find((candidate) => candidate.id === id)
    if (model === undefined) {
      throw engineError(
        'ENGINE_MODEL_UNKNOWN',
        `model ${String(id).slice(0, 80)} is not loaded here: choose one that models() lists`
      )
    }
    if (model.kind !== kind) {
      throw engineError('ENGINE_WRONG_KIND', `${model.name} is a model of the kind ${model.kind}, this needs ${kind}`)
    }
    return model
  }
  const running = (): AbortController => {
    if (life === undefined) {
      throw engineError('ENGINE_NOT_STARTED', 'the engine is not started: call start() first')
    }
    return life
  }
  const checkContext = (tokens: number, model: EngineModel): void => {
    if (tokens >= model.contextLength) {
      const text = `the prompt has ${tokens} tokens, the model's context holds ${model.contextLength}: shorten the prompt`
      throw engineError('ENGINE_CONTEXT_EXCEEDED', text, { promptTokens: tokens, contextLength: model.contextLength })
    }
  }
  /** Greedy answers depend on the conversation alone, others on the seed too. */
  const streamOf = (spec: GenerateSpec, conversation: string): Rng =>
    init.rng.fork(`${spec.model}/${spec.sampling.temperature === 0 ? '' : bytesToHex(spec.seed)}/${conversation}`)

  const write = (spec: GenerateSpec, model: EngineModel, cheat = init.cheat): Script => {
    const conversation = spec.messages.map(({ role, content }) => `${role}\n${content}\n`).join('')
    const promptTokenIds = splitText(conversation).map(pieceToTokenId)
    checkContext(promptTokenIds.length, model)
    const rng = streamOf(spec, conversation)
    const honest = (init.answer ?? repeatLastMessage)(spec.messages, rng, spec)
    const text = cheat === undefined ? honest : cheat(honest, spec.messages, rng)
    const all = splitText(cutAtStop(text, spec.sampling.stop))
    const limit = Math.min(spec.sampling.maxTokens, model.contextLength - promptTokenIds.length)
    return { promptTokenIds, pieces: all.slice(0, limit), finishReason: all.length > limit ? 'length' : 'stop' }
  }
  async function* generate(spec: GenerateSpec, options: AbortOptions = {}): AsyncGenerator<GenerateEvent, void, undefined> {
    const own = running()
    checkSpec(spec)
    const script = write(spec, findModel(spec.model, 'chat'))
    const { signal, unlink } = linkSignals(options.signal, own.signal)
    const queuedMs = clock.now()
    let isServed = false
    try {
      await slots.acquire(signal)
      isServed = true
      const startMs = clock.now()
      const firstMs = startMs + script.promptTokenIds.length * prefillMsPerToken
      yield { type: 'start', promptTokenIds: script.promptTokenIds }
      for (let i = 0; i < script.pieces.length; i += tokensPerEvent) {
        const part = script.pieces.slice(i, i + tokensPerEvent)
        // From the start, so that rounding to whole milliseconds does not add up.
        await clock.sleep(firstMs + (i + part.length) * msPerToken - clock.now(), { signal })
        yield { type: 'token', tokenIds: part.map(pieceToTokenId), text: part.join('') }
      }
      signal.throwIfAborted()
      const firstTokenMs = Math.ceil(firstMs + Math.min(tokensPerEvent, script.pieces.length) * msPerToken - startMs)
      yield {
        type: 'end',
        finishReason: script.finishReason,
        usage: { promptTokens: script.promptTokenIds.length, completionTokens: script.pieces.length },
        timings: { firstTokenMs, totalMs: Math.max(firstTokenMs, clock.now() - startMs), queueMs: startMs - queuedMs },
        trace: spec.decode === 'native' ? null : traceOf(script)
      }
    } finally {
      unlink()
      if (isServed) {
        slots.release()
      }
    }
  }

  /** Holds a slot for so long. */
  const occupy = async (ms: number, own: AbortController, outer: AbortSignal | undefined): Promise<void> => {
    const { signal, unlink } = linkSignals(outer, own.signal)
    try {
      await slots.acquire(signal)
      await clock.sleep(ms, { signal }).finally(() => slots.release())
    } finally {
      unlink()
    }
  }

  const traceOf = ({ pieces }: Script): LogitTrace => scriptedTrace(pieces.map(pieceToTokenId), TRACE_TOP, 0, pieces.length)

  /** Knows what an honest engine would have said, and ids of its own script alone: other tokens have no text here. */
  async function evaluate(spec: GenerateSpec, tokenIds: readonly number[], options: EvaluateOptions = {}): Promise<Evaluation> {
    const own = running()
    const { from = 0, to = tokenIds.length } = options
    checkSpec(spec)
    const model = findModel(spec.model, 'chat')
    checkAnswer(tokenIds, from, to, spec.decode)
    const { finishReason, pieces, promptTokenIds } = write(spec, model, (answer) => answer)
    checkContext(promptTokenIds.length + tokenIds.length - 1, model)
    await occupy((promptTokenIds.length + tokenIds.length) * prefillMsPerToken, own, options.signal)
    const script = pieces.map(pieceToTokenId)
    const isEnd = tokenIds.length >= script.length
    const type = isEnd ? (finishReason === 'length' ? 'limit' : 'eog') : 'open'
    return {
      promptTokenIds,
      trace: scriptedTrace(script, TRACE_TOP, from, to),
      text: pieces.slice(0, tokenIds.length).join(''),
      ending: { type, tokens: Math.min(tokenIds.length, script.length) }
    }
  }

  const end = (error: Error): void => {
    life?.abort(error)
  }
  return {
    async start() {
      life ??= new AbortController()
    },
    async stop() {
      end(engineError('ENGINE_NOT_STARTED', 'the engine was stopped: start it again'))
      life = undefined
    },
    crash() {
      if (life !== undefined) {
        end(engineError('ENGINE_CRASHED', 'the inference process has just ended: try again'))
        life = new AbortController()
      }
    },
    async models() {
      running()
      return models.map((model) => ({ ...model }))
    },
    async status() {
      running()
      return { fingerprint, freeSlots: slots.free, totalSlots: slots.total, queueLength: slots.queueLength }
    },
    generate,
    evaluate,
    async embed(modelId, texts, options = {}) {
      const own = running()
      const model = findModel(modelId, 'embedding')
      const lengths = texts.map((text) => splitText(text).length)
      for (const length of lengths) {
        checkContext(length, model)
      }
      await occupy(lengths.reduce((sum, length) => sum + length, 0) * prefillMsPerToken, own, options.signal)
      return texts.map(embedText)
    }
  }
}
