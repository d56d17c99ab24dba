import type { Metrics } from '@cortensor/interface'
import { HttpError } from '../http-error.js'

/** Bounds the completions in progress. */
export interface Admission {
  /** Takes a place and returns the function that gives it back, once. Throws `rate_limit_exceeded` when none is left. */
  enter(): () => void
}

export function createAdmission(maxCompletions: number, metrics: Metrics): Admission {
  const gauge = metrics.gauge({ name: 'cortensor_api_active_completions', help: 'Completions in progress' })
  let active = 0
  return {
    enter() {
      if (active >= maxCompletions) {
        throw new HttpError(
          'rate_limit_exceeded',
          'This router has as many completions in progress as it takes. Ask again in a moment.'
        )
      }
      gauge.set(++active)
      let left = false
      return () => {
        if (!left) {
          left = true
          gauge.set(--active)
        }
      }
    }
  }
}
