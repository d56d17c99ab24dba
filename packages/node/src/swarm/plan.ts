import type { Role } from '@cortensor/interface'

export interface SwarmSize {
  miners: number
  oracles: number
  routers: number
}

export interface PlannedNode {
  /** Also the name of its folder. */
  name: string
  role: Role
  /** Of a miner, as references for its configuration. */
  models: string[]
}

/**
 * What the miners of a local swarm hold, pair after pair, so that every model has at least two miners (of different operators, as every
 * node of a swarm has its own) and the leaderboard shows real differences. As small swarms have few pairs, the model of the first nine
 * categories comes first, and then the one that knows the other three: no category of rounds is left without a model that can answer it.
 */
const MODELS_BY_PAIR = [
  'tiny-general-v2-q8_0',
  'tiny-clerk-q8_0',
  'tiny-math-q8_0',
  'tiny-mid-f16',
  'tiny-trainee-q8_0',
  'tiny-weak-f16',
  'tiny-general-v2-f16'
]

/** Miners come in twos of one model; an odd one out joins the last pair. A single miner has nobody to share its model with. */
export function modelOf(miner: number, miners: number): string {
  const pairs = Math.max(1, Math.floor(miners / 2))
  const pair = Math.min(Math.floor(miner / 2), pairs - 1)
  return `builtin:${MODELS_BY_PAIR[pair % MODELS_BY_PAIR.length]}`
}

/** What the miners of a development network ask, in micro-COR for 1,000 tokens: enough that a short answer costs something. */
export const MINER_PRICE = 2_000

/** Oracles first: the first of them is the others' way into the mesh. */
export function planSwarm(size: SwarmSize): PlannedNode[] {
  const some = (role: Role, count: number, models: (index: number) => string[]): PlannedNode[] =>
    Array.from({ length: count }, (_, index) => ({ name: `${role}-${index + 1}`, role, models: models(index) }))
  return [
    ...some('oracle', size.oracles, () => []),
    ...some('router', size.routers, () => []),
    ...some('miner', size.miners, (index) => [modelOf(index, size.miners)])
  ]
}
