import { errorMessage, isCortensorError, type RequestHandler, type TaskId } from '@cortensor/interface'
import type { DeclineReason, Generation, InferFrame } from '@cortensor/protocols'
import { encodeInferFrame, encodeResultMessage, MAX_REASON_MESSAGE_BYTES, samplingSeed } from '@cortensor/protocols'
import { boundText, LruMap } from '@cortensor/utils'
import type { Announcer } from '../announcer.js'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { publishResult } from '../publish-result.js'
import { streamModel } from '../run-model.js'
import { createSessionCheck } from '../session-check.js'
import type { SpeedMeter } from '../speed-meter.js'
import { type OpenTask, openTask } from './open-task.js'

export interface InferHandlerInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  speed: SpeedMeter
  /** Told when paid work starts and ends, so that the game makes room. */
  onActive: (change: 1 | -1) => void
  /** Something of the result is still on its way after the stream has ended. */
  track: (work: Promise<unknown>) => void
  announcer: Pick<Announcer, 'announce'>
}

/** Tasks that were taken, so that a repeated request is not computed twice; far more than one lifetime of a header holds. */
const REMEMBERED_TASKS = 10_000

/** What an engine's refusal means for the router. */
const DECLINES: Readonly<Record<string, DeclineReason>> = {
  ENGINE_QUEUE_FULL: 'busy',
  ENGINE_CONTEXT_EXCEEDED: 'context_length_exceeded',
  ENGINE_MODEL_UNKNOWN: 'model_unavailable',
  ENGINE_INVALID_REQUEST: 'invalid_request'
}

/** Computes user tasks: accepted or declined, then tokens, then the end with the transcript's CID. */
export function createInferHandler(init: InferHandlerInit): RequestHandler {
  const { components, metrics, speed } = init
  const { clock, engine, logger, signer, verifier } = components
  const taken = new LruMap<string, true>(REMEMBERED_TASKS)
  const refuseSession = createSessionCheck(components)
  const frame = (value: InferFrame): Uint8Array => encodeInferFrame(value)
  const decline = (reason: DeclineReason, message: string): Uint8Array => {
    metrics.declined.inc({ reason })
    return frame({ type: 'declined', reason, message: boundText(message, MAX_REASON_MESSAGE_BYTES) })
  }

  /** Lasts as long as evidence does: the router shows it to the oracles when nothing comes of the task. */
  const acknowledge = async (taskId: TaskId): Promise<Uint8Array> => {
    const payload = encodeResultMessage({ type: 'acknowledgement', taskId })
    return (await components.publisher.seal('result', payload, init.params.epoch.itemTtlMs)).bytes
  }

  async function* compute(task: OpenTask, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { assignment, decode, header, payload, taskId } = task
    const { fingerprint } = await engine.status()
    const seed = samplingSeed(taskId, signer.nodeId, header.nonce, payload.seed)
    const spec = { model: header.modelId, messages: payload.messages, sampling: payload.sampling, seed, decode }
    const stream = streamModel(engine, spec, { signal })
    let generation: Generation | null = null
    try {
      for (;;) {
        const step = await stream.next()
        if (step.done === true) {
          generation = step.value
          break
        }
        yield step.value.type === 'start'
          ? frame({ type: 'accepted', promptTokens: step.value.promptTokens, fingerprint })
          : frame({ type: 'token', text: step.value.text, count: step.value.count })
      }
    } finally {
      await stream.return(null)
    }
    if (generation === null || generation.finishReason === 'cancelled') {
      metrics.tasks.inc({ outcome: 'cancelled' })
      return
    }
    const { timings, usage } = generation
    speed.record(header.modelId, usage, timings)
    metrics.tokens.inc({ work: 'task' }, generation.usage.completionTokens)
    metrics.firstToken.observe(timings.firstTokenMs / 1000)
    const { decodeSpec, modelId: model, privacy } = header
    const finished = { taskId, assignment, model, fingerprint, decodeSpec, privacy, generation }
    const publishing = publishResult(finished, init, components)
    init.track(publishing)
    const transcript = await publishing
    metrics.tasks.inc({ outcome: 'completed' })
    yield frame({
      type: 'end',
      finishReason: generation.finishReason === 'length' ? 'length' : 'stop',
      promptTokens: generation.usage.promptTokens,
      completionTokens: generation.usage.completionTokens,
      transcript,
      firstTokenMs: Math.round(timings.firstTokenMs),
      totalMs: Math.round(timings.totalMs)
    })
  }

  return async function* infer(request, { from, signal }) {
    const opened = await openTask(request, {
      networkId: init.networkId,
      self: signer.nodeId,
      verifier,
      nowMs: clock.now(),
      from,
      models: await engine.models(),
      priceMicroPerKilotoken: init.priceMicroPerKilotoken ?? 0,
      refuseSession
    })
    if ('declined' in opened) {
      yield decline(opened.declined, opened.message)
      return
    }
    const { task } = opened
    const ahead = (await engine.status()).queueLength
    if (ahead >= (init.maxQueuedTasks ?? 16)) {
      yield decline('busy', 'Too many tasks wait at this miner')
      return
    }
    // Nothing is awaited from here to the mark, so that of two requests at the same moment only one is computed.
    if (taken.has(task.taskId)) {
      yield decline('invalid_request', 'This task was taken before')
      return
    }
    taken.set(task.taskId, true)
    init.onActive(1)
    let isAccepted = false
    try {
      yield frame({ type: 'queued', ahead, acknowledgement: await acknowledge(task.taskId) })
      for await (const next of compute(task, signal)) {
        isAccepted = true
        yield next
      }
    } catch (error) {
      if (signal.aborted) {
        metrics.tasks.inc({ outcome: 'cancelled' })
        return
      }
      const reason = isCortensorError(error) && !isAccepted ? DECLINES[error.code] : undefined
      if (reason !== undefined) {
        yield decline(reason, errorMessage(error))
        return
      }
      metrics.tasks.inc({ outcome: 'failed' })
      logger.warn('A task failed', { taskId: task.taskId, error: errorMessage(error) })
      const code = isCortensorError(error) ? error.code : 'MINER_FAILED'
      yield frame({ type: 'failed', code: code.slice(0, 64), message: boundText(errorMessage(error), MAX_REASON_MESSAGE_BYTES) })
    } finally {
      init.onActive(-1)
    }
  }
}
