import { MAX_PRICE_MICRO_PER_KILOTOKEN } from '@cortensor/protocols'
import { z } from 'zod'
import { STRATEGY_NAMES } from '../adversaries/strategies.js'
import { GOSSIP_ATTACK_NAMES } from '../gossip-attacks/gossip-attacks.js'
import { duration } from './duration.js'

const share = z.number().min(0).max(1)
const label = z.string().regex(/^(oracle|router|miner)-\d{1,5}$/, 'is no node: write oracle-0, router-1 or miner-17')
const at = duration.describe('Virtual time since the start')
const span = duration.describe('How long it lasts')

const network = z.strictObject({
  latencyMs: z
    .strictObject({ min: z.number().min(0).max(60_000), max: z.number().min(0).max(60_000) })
    .default({ min: 10, max: 80 })
    .describe('One-way delay between two nodes, drawn evenly; not used between regions'),
  regions: z
    .record(
      z.string().min(1).max(32),
      z.strictObject({
        share: share.describe('Share of the nodes that live here'),
        latencyMs: z.record(z.string().min(1).max(32), z.number().min(0).max(60_000)).describe('One-way delay to each region')
      })
    )
    .optional()
    .describe('Where nodes live, and how far it is from one region to the other'),
  jitter: share.default(0.1).describe('Between regions: the delay is up to this share longer'),
  loss: z.number().min(0).max(0.99).default(0).describe('Share of gossip deliveries that never arrive'),
  bytesPerSecond: z.int().min(1_000).max(1e12).default(12_500_000).describe('Bandwidth of every link')
})

const device = z.strictObject({
  share: share.describe('Share of the miners that have it'),
  model: z.string().min(1).max(64),
  decodeTokensPerSecond: z.number().min(0.1).max(1e6),
  prefillTokensPerSecond: z.number().min(0.1).max(1e7),
  sequences: z.int().min(1).max(1024).default(2).describe('Requests that are computed at a time')
})

const nodes = z.strictObject({
  oracles: z.int().min(3).max(31).default(4),
  routers: z.int().min(0).max(100).default(1),
  miners: z.int().min(0).max(20_000).default(20),
  devices: z
    .record(z.string().min(1).max(32), device)
    .optional()
    .describe('Hardware of the miners; a laptop, a desktop and a server'),
  skill: z
    .strictObject({ min: share, max: share, spread: share.describe('Difference between categories') })
    .default({ min: 0.15, max: 0.9, spread: 0.1 })
    .describe('Share of right answers, drawn for every miner')
})

const workload = z.strictObject({
  tasksPerSecond: z.number().min(0).max(10_000).default(0.5).describe('User requests, in Poisson arrivals over all routers'),
  priceMicroPerKilotoken: z
    .int()
    .min(0)
    .max(MAX_PRICE_MICRO_PER_KILOTOKEN / 5)
    .default(0)
    .describe('What miners ask for 1,000 tokens, in micro-COR; above 0, users pay from the escrow of a session')
})

const adversary = z
  .strictObject({
    strategy: z.enum(STRATEGY_NAMES),
    share: share.optional().describe('Share of the nodes of its role'),
    count: z.int().min(1).max(20_000).optional().describe('Number of nodes, in the place of a share')
  })
  .refine((value) => (value.share === undefined) !== (value.count === undefined), 'needs either share or count')

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kill'), at, node: label }).describe('The process is gone, for good and without a word'),
  z
    .strictObject({ kind: z.literal('restart'), at, for: span, node: label })
    .describe('The process is gone without a word, and starts again with what is on its disk'),
  z
    .strictObject({ kind: z.literal('partition'), at, for: span, groups: z.array(z.array(label).min(1)).min(1).max(16) })
    .describe('Splits the network; nodes in no group form one of their own'),
  z
    .strictObject({ kind: z.literal('rpc-outage'), at, for: span, node: label.optional() })
    .describe("The chain's RPC does not answer, to one node or to all"),
  z
    .strictObject({ kind: z.literal('reorg'), at, depth: z.int().min(1).max(256), loseCalls: z.boolean().default(false) })
    .describe('The newest blocks give way to a longer branch')
])

const gossipAttack = z.strictObject({
  kind: z.enum(GOSSIP_ATTACK_NAMES),
  at: at.prefault('20s')
})

const churn = z.strictObject({
  leavesPerHour: z.number().min(0).max(3_600).describe('How often a miner goes, at random (Poisson)'),
  downtime: span.describe('How long each time')
})

const assertions = z.strictObject({
  minEpochs: z.int().min(0).optional().describe('Commits at the end'),
  minCompletedShare: share.optional().describe('Of the tasks that are over'),
  minRounds: z.int().min(0).optional(),
  maxAdversaryAdvantage: z
    .number()
    .min(0)
    .optional()
    .describe('Mean income of an adversary over that of an honest miner: 1 means that cheating pays as much as honesty')
})

const sweep = z.strictObject({
  seeds: z.int().min(1).max(10_000).default(1).describe('Runs of each combination, each with its own seed'),
  parameters: z
    .record(
      z.string().min(1).max(128),
      z
        .array(z.union([z.number(), z.string(), z.boolean()]))
        .min(1)
        .max(64)
    )
    .default({})
    .describe('Values by path, such as network.loss: [0, 0.05]; all combinations are run')
})

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case words joined by hyphens'),
  description: z.string().max(2_000).default(''),
  seed: z.string().min(1).max(128).default('cortensor').describe('Everything random follows from it'),
  duration: duration.describe('Virtual time'),
  warmup: duration.prefault('10s').describe('Gossip is counted from then on: before, meshes form'),
  ci: duration.optional().describe('A shorter duration, which takes less than 10 CPU-seconds'),
  fidelity: z
    .enum(['light', 'full', 'process'])
    .default('light')
    .describe(
      'light: gossip is a model, thousands of nodes. full: gossip is gossipsub itself, hundreds of nodes. process: real nodes on this machine, in real time, a few'
    ),
  preset: z.enum(['public', 'swarm']).default('swarm').describe('Deadlines, epochs, rewards'),
  params: z
    .record(z.string(), z.record(z.string(), z.union([z.number(), z.string()])))
    .default({})
    .describe("Values that take the place of the preset's"),
  network: network.prefault({}),
  nodes: nodes.prefault({}),
  workload: workload.prefault({}),
  adversaries: z.array(adversary).max(64).default([]),
  gossipAttack: gossipAttack.optional().describe('Sybils against gossip itself; fidelity full'),
  churn: churn.optional().describe('Miners that go without a word and come back'),
  faults: z.array(fault).max(1_000).default([]),
  assertions: assertions.prefault({}),
  sweep: sweep.optional()
})

/** A checked scenario, with every default filled in and durations in ms. */
export type Scenario = z.output<typeof scenarioSchema>
export type ScenarioFault = Scenario['faults'][number]
