import type { LogitTrace } from '@cortensor/interface'

/** So far above the rest that no noise of a sampler reaches it: the script is what is drawn. */
const SCRIPTED_LOGIT = 256
/** Above the ids of the tokeniser, so that what fills a position up is never part of an answer. */
const FILLER_IDS = 1 << 20

/** Logits of a model that would say just this: the script's token first, then fillers. Past the end of the script, fillers alone. */
export function scriptedTrace(script: readonly number[], top: number, from: number, to: number): LogitTrace {
  const ids = new Int32Array((to - from) * top)
  const logits = new Float32Array(ids.length)
  for (let position = from; position < to; position++) {
    const start = (position - from) * top
    const token = script[position]
    for (let i = 0; i < top; i++) {
      const isScripted = i === 0 && token !== undefined
      ids[start + i] = isScripted ? token : FILLER_IDS + i
      logits[start + i] = isScripted ? SCRIPTED_LOGIT : 0 - i
    }
  }
  return { top, ids, logits }
}
