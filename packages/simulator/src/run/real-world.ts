import { simulatorError } from '../errors.js'

type Restore = () => void

/** Replaces a function by one that says who called it; gives it back later. */
function forbid(holder: object, name: string, what: string, seen: (message: string) => void): Restore {
  const original = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, {
    configurable: true,
    writable: true,
    value: () => {
      seen(what)
      throw simulatorError(
        'SIM_REAL_WORLD',
        `${what} was used inside a simulation: take the Clock and the Rng that the node is given`
      )
    }
  })
  return () => {
    if (original !== undefined) {
      Object.defineProperty(holder, name, original)
    }
  }
}

/** Global functions through which time, chance and sockets come into a program. */
const FORBIDDEN: readonly (readonly [object, string, string])[] = [
  [Date, 'now', 'Date.now'],
  [Math, 'random', 'Math.random'],
  [globalThis.performance, 'now', 'performance.now'],
  [globalThis, 'setTimeout', 'setTimeout'],
  [globalThis, 'setInterval', 'setInterval'],
  [globalThis, 'fetch', 'fetch'],
  [crypto, 'getRandomValues', 'crypto.getRandomValues'],
  [crypto, 'randomUUID', 'crypto.randomUUID']
]

/**
 * Runs a piece of simulation without real time, real chance or sockets. Throws `SIM_REAL_WORLD` when something asked for one, even if
 * it swallowed the error.
 */
export async function withoutRealWorld<T>(work: () => Promise<T>): Promise<T> {
  let touched: string | undefined
  const restores = FORBIDDEN.map(([holder, name, what]) =>
    forbid(holder, name, what, (message) => {
      touched ??= message
    })
  )
  let result: T
  try {
    result = await work()
  } finally {
    for (const restore of restores.reverse()) {
      restore()
    }
  }
  if (touched !== undefined) {
    throw simulatorError('SIM_REAL_WORLD', `${touched} was used inside the simulation: equal seeds would not give equal runs`)
  }
  return result
}
