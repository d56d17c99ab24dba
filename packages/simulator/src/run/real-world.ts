import { Server, Socket } from 'node:net'
import { simulatorError } from '../errors.js'

type Restore = () => void
type AnyFunction = (...args: never[]) => unknown

/** Something global that stands for the real world, and its name for people. */
export interface RealThing {
  holder: object
  name: string
  what: string
}

/** What takes the place of one while a simulation runs. */
export type StandIns = ReadonlyMap<string, AnyFunction>

function replace({ holder, name }: RealThing, value: AnyFunction): Restore {
  const original = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, { configurable: true, writable: true, value })
  return () => {
    if (original !== undefined) {
      Object.defineProperty(holder, name, original)
    }
  }
}

/** Functions through which time, chance and sockets come into a program. */
const FORBIDDEN: readonly RealThing[] = [
  { holder: Date, name: 'now', what: 'Date.now' },
  { holder: Math, name: 'random', what: 'Math.random' },
  { holder: globalThis.performance, name: 'now', what: 'performance.now' },
  { holder: globalThis, name: 'setTimeout', what: 'setTimeout' },
  { holder: globalThis, name: 'setInterval', what: 'setInterval' },
  { holder: globalThis, name: 'setImmediate', what: 'setImmediate' },
  { holder: AbortSignal, name: 'timeout', what: 'AbortSignal.timeout' },
  { holder: globalThis, name: 'fetch', what: 'fetch' },
  { holder: crypto, name: 'getRandomValues', what: 'crypto.getRandomValues' },
  { holder: crypto, name: 'randomUUID', what: 'crypto.randomUUID' },
  { holder: Socket.prototype, name: 'connect', what: 'a socket' },
  { holder: Server.prototype, name: 'listen', what: 'a listening socket' }
]

/** These only end what the others began; they are replaced with them. */
const ENDINGS: readonly RealThing[] = ['clearTimeout', 'clearInterval'].map((name) => ({ holder: globalThis, name, what: name }))

/**
 * Runs a piece of simulation without real time, real chance or sockets. Throws `SIM_REAL_WORLD` when something asked for one, even if
 * it swallowed the error. What has a stand-in, by the name in the error, is used instead.
 */
export async function withoutRealWorld<T>(work: () => Promise<T>, standIns: StandIns = new Map()): Promise<T> {
  let touched: string | undefined
  const forbid = (what: string) => (): never => {
    touched ??= what
    throw simulatorError(
      'SIM_REAL_WORLD',
      `${what} was used inside a simulation: take the Clock and the Rng that the node is given`
    )
  }
  const restores = [...FORBIDDEN, ...ENDINGS.filter(({ what }) => standIns.has(what))].map((thing) =>
    replace(thing, standIns.get(thing.what) ?? forbid(thing.what))
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
