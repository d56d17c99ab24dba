// What it costs to choose a miner for a task among many, against a look at all nodes for every step of it.
import { createDirectory, createRatings, matchMiners } from '@cortensor/scheduler'
import { createSeededRng } from '@cortensor/utils'
import { plainMatch } from '../../../packages/scheduler/test/plain-match.ts'
import { figure } from './table.mjs'

const CATEGORIES = ['arithmetic', 'compare', 'logic', 'sequences', 'strings', 'units', 'calendar', 'facts', 'text']
const idOf = (place) => place.toString(16).padStart(64, '0')
const modelOf = (place) => (2 ** 40 + place).toString(16).padStart(64, '0')

/** A network that has been measured: `miners` nodes, each of which offers one of `models`, all qualified, half of them busy. */
function networkOf(miners, models) {
  const rng = createSeededRng(`${miners} miners`)
  const directory = createDirectory({ leaseMs: 9_000 })
  const ratings = createRatings()
  const rated = new Map()
  for (let place = 0; place < miners; place++) {
    const id = modelOf(place % models)
    const speeds = { decodeTokensPerSecond: rng.int(20, 90), prefillTokensPerSecond: 500 }
    const offer = { id, name: id, kind: 'chat', quantisation: 'Q8_0', contextLength: 4_096, priceMicroPerKilotoken: 0, ...speeds }
    const binding = { operator: `0x${place}`, operatorSignature: new Uint8Array(64), nodeSignature: new Uint8Array(64) }
    const load = { freeSlots: place % 2, totalSlots: 1, queueLength: 0 }
    const rest = { fingerprint: '', addresses: [], agent: '' }
    directory.apply(idOf(place), { generation: 1, roles: ['miner'], binding, models: [offer], ...load, ...rest }, 0)
    const general = 2 * rng.next() - 1
    const skills = new Map(CATEGORIES.map((category) => [category, { mean: general + rng.next(), sd: 0.1 + 0.3 * rng.next() }]))
    rated.set(idOf(place), { model: id, skills, standing: 'qualified', capacity: rng.int(50, 500) })
  }
  ratings.setRatings(rated)
  return { directory, ratings }
}

/** CPU time of one call in µs: the least of several rounds, since everything else on the machine only adds to it. */
function costOf(calls, call) {
  const rounds = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    for (let i = 0; i < calls; i++) {
      call()
    }
    const { system, user } = process.cpuUsage(before)
    return (user + system) / calls
  })
  return Math.min(...rounds)
}

function costFigure(miners, models) {
  const { directory, ratings } = networkOf(miners, models)
  const rng = createSeededRng('matching')
  const wanted = [modelOf(0)]
  const request = { nowMs: 1, category: 'logic', maxTokens: 200 }
  const calls = Math.max(10, Math.round(200_000 / miners))
  const plain = () => plainMatch(directory.live(1, 'miner'), { ...request, models: wanted }, ratings, rng)
  const matched = () => matchMiners(directory.offerings(wanted, 1), request, ratings, rng)
  const of = models === 1 ? 'of one model' : `of ${models} models`
  return figure(`CPU of a choice among ${miners.toLocaleString('en-US')} miners ${of}`, costOf(5 * calls, matched), 'µs', {
    against: 'a look at all for every step',
    base: costOf(calls, plain)
  })
}

export const costFigures = () => [...[100, 1_000, 10_000].map((miners) => costFigure(miners, 1)), costFigure(10_000, 8)]
