import childProcess from 'node:child_process'
import nodeCrypto from 'node:crypto'
import { Socket as UdpSocket } from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Server, Socket } from 'node:net'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
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
    if (original === undefined) {
      // It was inherited.
      Reflect.deleteProperty(holder, name)
    } else {
      Object.defineProperty(holder, name, original)
    }
  }
}

/** Functions through which time, chance and the world come into a program. */
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
  { holder: nodeCrypto.subtle, name: 'generateKey', what: 'crypto.subtle.generateKey' },
  { holder: process, name: 'hrtime', what: 'process.hrtime' },
  { holder: Socket.prototype, name: 'connect', what: 'a socket' },
  { holder: Server.prototype, name: 'listen', what: 'a listening socket' },
  { holder: UdpSocket.prototype, name: 'bind', what: 'a UDP socket' },
  { holder: UdpSocket.prototype, name: 'send', what: 'a UDP socket' },
  ...functionsOf(nodeCrypto, 'node:crypto', /^(random|generateKey|generatePrime)/),
  ...functionsOf(timers, 'node:timers', /^set/),
  ...functionsOf(timersPromises, 'node:timers/promises', /^set/),
  ...functionsOf(dns, 'node:dns', /^(lookup|resolve|reverse)/),
  ...functionsOf(childProcess, 'node:child_process', /^[a-z]/),
  ...functionsOf(fs, 'node:fs', /^[a-z]/),
  ...functionsOf(fs.promises, 'node:fs/promises', /^[a-z]/)
]

/** Functions of a module of Node.js that have such a name; classes are not among them, as they do nothing by themselves. */
function functionsOf(module: object, title: string, pattern: RegExp): RealThing[] {
  return Object.entries(module)
    .filter(([name, value]) => typeof value === 'function' && pattern.test(name))
    .map(([name]) => ({ holder: module, name, what: `${title} ${name}` }))
}

/** These only end what the others began; they are replaced with them. */
const ENDINGS: readonly RealThing[] = ['clearTimeout', 'clearInterval'].map((name) => ({ holder: globalThis, name, what: name }))

/** `new Date()` and `Date()` take the time too; with a time given, a date is only arithmetic. */
function replaceDate(now: () => number): Restore {
  const original = Date
  globalThis.Date = new Proxy(original, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString()
  })
  return () => {
    globalThis.Date = original
  }
}

/**
 * Runs a piece of simulation without real time, real chance, files, processes or sockets. Throws `SIM_REAL_WORLD` when something asked for one, even if
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
  restores.push(replaceDate((standIns.get('Date.now') as (() => number) | undefined) ?? forbid('new Date()')))
  // What was imported by name follows.
  syncBuiltinESMExports()
  let result: T
  try {
    result = await work()
  } finally {
    for (const restore of restores.reverse()) {
      restore()
    }
    syncBuiltinESMExports()
  }
  if (touched !== undefined) {
    throw simulatorError('SIM_REAL_WORLD', `${touched} was used inside the simulation: equal seeds would not give equal runs`)
  }
  return result
}
