import type { Address, ModelId, NodeId, Rng } from '@cortensor/interface'
import { type ModelOffer, type Presence, QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import {
  createRatings,
  type DirectoryNode,
  matchMiners,
  type NodeRating,
  OPEN_POLICY,
  offeringsOf,
  type Ratings,
  SLA_WEIGHTS
} from '@cortensor/scheduler'
import { correctProbability, type ItemParams, priorSkill, type Skill, updatedSkill } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

/*
 * One population, the same tasks at the same times, and five ways to assign them. Nodes play rounds as the network's rules have it (three
 * of the nine categories a minute, two items each, not adaptive); the router learns speed and reliability only from what it assigns.
 *
 * Population: 24 miners with one slot run 8 model files. A file has a general ability N(0, 0.8) and a bias N(0, 0.9) in each category;
 * a node differs from its file by N(0, 0.3). Larger files are slower: 30 tokens a second at the median, a factor of two for two logits,
 * and a factor of 1.5 from node to node. A node carries a task through with a chance from Beta(30, 2). Tasks have a category, a
 * difficulty N(0, 1), a slope of 2 and 60 to 400 tokens; one arrives every 2 s on average, which keeps a quarter to a third of the slots busy.
 */

export const STRATEGIES = ['clairvoyant', 'skill', 'tiers', 'load', 'random'] as const
/**
 * `clairvoyant` is after the same as `skill`, and knows all true values; `skill` is `matchMiners`; `tiers` draws among the free ones of the best third of model files by
 * their true general ability, then of the next third; `load` and `random` draw among the free ones and among all.
 */
export type Strategy = (typeof STRATEGIES)[number]

export interface MatchingFigures {
  tasks: number
  /** Mean chance of a right answer, carried through, over the tasks after `warmUp`. */
  warmUp: number
  quality: Record<Strategy, number>
  /** Mean time to finish, in seconds, over the same tasks. */
  finishSeconds: Record<Strategy, number>
  /** Quality lost to the clairvoyant so far, summed, after each so many tasks. */
  regret: { tasks: number; skill: number; tiers: number; random: number }[]
}

interface Miner {
  node: DirectoryNode
  /** Names of one machine wait for the same slot. */
  machine: number
  /** Right tokens a second that are measured of this name. */
  capacity: number
  file: number
  abilities: Readonly<Record<QuizCategory, number>>
  general: number
  tokensPerSecond: number
  reliability: number
  tier: number
}

interface Task {
  atMs: number
  category: QuizCategory
  difficulty: number
  tokens: number
}

const MINERS = 24
const FILES = 8
const TASK_SLOPE = 2
const ROUND_MS = 60_000
const MEAN_GAP_MS = 2_000

const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next())
const modelOf = (file: number): ModelId => file.toString(16).padStart(64, '0') as ModelId
const offerOf = (file: number): ModelOffer => ({
  id: modelOf(file),
  name: `file ${file}`,
  kind: 'chat',
  quantisation: 'Q8_0',
  contextLength: 4_096,
  decodeTokensPerSecond: 0,
  prefillTokensPerSecond: 0,
  priceMicroPerKilotoken: 0
})

/** A presence as an idle miner has it; what is busy, the router counts itself. */
function nodeOf(place: number, file: number): DirectoryNode {
  const operator = `0x${place.toString(16).padStart(40, '0')}` as Address
  const presence: Presence = {
    generation: 1,
    roles: ['miner'],
    binding: { operator, operatorSignature: new Uint8Array(64), nodeSignature: new Uint8Array(64) },
    models: [offerOf(file)],
    fingerprint: '',
    freeSlots: 1,
    totalSlots: 1,
    queueLength: 0,
    addresses: [],
    agent: ''
  }
  return { nodeId: `miner ${place}` as NodeId, operator, presence, seenMs: 0, leaseEndsMs: Number.MAX_SAFE_INTEGER }
}

/** Of two integers, as the ratio of sums of exponential variates. */
function beta(a: number, b: number, rng: Rng): number {
  const sum = (n: number): number => Array.from({ length: n }, () => -Math.log(1 - rng.next())).reduce((x, y) => x + y, 0)
  const x = sum(a)
  return x / (x + sum(b))
}

/** Machines under more than one name, and what is known of capacity. */
export interface Names {
  /** Every so manieth machine has `count` names; none where it is 0. */
  every: number
  count: number
  isCapacityMeasured: boolean
}

const ONE_NAME: Names = { every: 0, count: 1, isCapacityMeasured: true }

function populate(rng: Rng, names: Names): Miner[] {
  const files = Array.from({ length: FILES }, () => ({
    general: 0.8 * normal(rng),
    biases: QUIZ_CATEGORIES.map(() => 0.9 * normal(rng))
  }))
  const trueMean = (file: (typeof files)[number]): number =>
    file.general + file.biases.reduce((a, b) => a + b, 0) / file.biases.length
  const ranks = files.map((file) => files.filter((other) => trueMean(other) > trueMean(file)).length)
  const machines = Array.from({ length: MINERS }, (_, place) => {
    const file = place % FILES
    const { biases, general } = files[file] as (typeof files)[number]
    const own = 0.3 * normal(rng)
    const abilities = Object.fromEntries(QUIZ_CATEGORIES.map((category, i) => [category, general + (biases[i] ?? 0) + own]))
    const tokensPerSecond = 30 * 2 ** (-general / 2) * Math.exp(0.4 * normal(rng))
    return {
      ...{ node: nodeOf(place, file), machine: place, file, general, tokensPerSecond },
      abilities: abilities as Miner['abilities'],
      capacity: names.isCapacityMeasured ? tokensPerSecond * meanChance(abilities as Miner['abilities']) : 0,
      reliability: beta(30, 2, rng),
      tier: Math.floor(((ranks[file] ?? 0) * 3) / FILES)
    }
  })
  return machines.flatMap((machine) => {
    const isSplit = names.every > 0 && machine.machine % names.every === 0
    const count = isSplit ? names.count : 1
    return Array.from({ length: count }, (_, i) => ({
      ...machine,
      node: nodeOf(machine.machine + i * MINERS, machine.file),
      capacity: machine.capacity / count
    }))
  })
}

/** Of right answers to items of medium difficulty. */
const meanChance = (abilities: Miner['abilities']): number =>
  mean(QUIZ_CATEGORIES.map((category) => 1 / (1 + Math.exp(-TASK_SLOPE * abilities[category]))))

function tasksOf(count: number, rng: Rng): Task[] {
  let atMs = 0
  return Array.from({ length: count }, () => {
    atMs += -Math.log(1 - rng.next()) * MEAN_GAP_MS
    return {
      atMs,
      category: QUIZ_CATEGORIES[rng.int(0, QUIZ_CATEGORIES.length - 1)] as QuizCategory,
      difficulty: normal(rng),
      tokens: rng.int(60, 400)
    }
  })
}

const chanceOf = (miner: Miner, task: Task): number =>
  miner.reliability / (1 + Math.exp(-TASK_SLOPE * (miner.abilities[task.category] - task.difficulty)))
const busyMs = (miner: Miner, task: Task): number => 100 + (1_000 * task.tokens) / miner.tokensPerSecond

/** What matching is after, with the true values of a free miner. */
const worthOf = (miner: Miner, task: Task): number =>
  chanceOf(miner, task) - (SLA_WEIGHTS[OPEN_POLICY.sla].perSecond * busyMs(miner, task)) / 1_000

/** Rounds as the network plays them; their posteriors are those of a report. */
function createRounds(miners: readonly Miner[], rng: Rng) {
  const skills = new Map<string, Skill>()
  const keyOf = (miner: Miner, category: QuizCategory): string => `${miner.node.nodeId}/${category}`
  return {
    play(): void {
      for (const category of rng.shuffle(QUIZ_CATEGORIES).slice(0, 3)) {
        for (const miner of miners) {
          const answers = Array.from({ length: 2 }, () => {
            const item: ItemParams = { slopeMilli: rng.int(1_500, 2_500), difficultyMilli: rng.int(-2_000, 2_000), guessMilli: 0 }
            const chance = correctProbability(item, Math.round(1_000 * miner.abilities[category])) / 2 ** 40
            return { item, isCorrect: rng.next() < chance }
          })
          skills.set(keyOf(miner, category), updatedSkill(skills.get(keyOf(miner, category)) ?? priorSkill(), answers))
        }
      }
    },
    publish(ratings: Ratings): void {
      const rated = miners.map((miner): [NodeId, NodeRating] => {
        const measured = QUIZ_CATEGORIES.flatMap((category) => {
          const skill = skills.get(keyOf(miner, category))
          return skill === undefined ? [] : [[category, { mean: skill.meanMilli / 1_000, sd: skill.sdMilli / 1_000 }] as const]
        })
        return [miner.node.nodeId, { model: modelOf(miner.file), skills: new Map(measured), capacity: miner.capacity }]
      })
      ratings.setRatings(new Map(rated))
    }
  }
}

interface Run {
  quality: number[]
  finishMs: number[]
  /** Who got each task. */
  machines: number[]
}

function runStrategy(strategy: Strategy, seed: string, miners: readonly Miner[], tasks: readonly Task[]): Run {
  const rng = createSeededRng(`${seed}/${strategy}`)
  const ratings = createRatings()
  const rounds = createRounds(miners, createSeededRng(`${seed}/rounds`))
  const freeAtMs = new Map<number, number>()
  const freeAt = (miner: Miner): number => freeAtMs.get(miner.machine) ?? 0
  /** What the router learns when a task ends, not before. */
  let endings: { atMs: number; tell: () => void }[] = []
  let nextRoundMs = ROUND_MS
  const run: Run = { quality: [], finishMs: [], machines: [] }
  const offerings = miners.flatMap(({ node }) => offeringsOf(node))
  const pick = (some: readonly Miner[]): Miner => some[rng.int(0, some.length - 1)] as Miner

  const choose = (task: Task): Miner => {
    const free = miners.filter((miner) => freeAt(miner) <= task.atMs)
    const soonest = miners.toSorted((a, b) => freeAt(a) - freeAt(b)).slice(0, 1)
    const open = free.length > 0 ? free : soonest
    switch (strategy) {
      case 'clairvoyant':
        return open.reduce((best, miner) => (worthOf(miner, task) > worthOf(best, task) ? miner : best))
      case 'tiers': {
        const best = Math.min(...open.map(({ tier }) => tier))
        return pick(open.filter(({ tier }) => tier === best))
      }
      case 'load':
        return pick(open)
      case 'random':
        return pick(miners)
      case 'skill': {
        const inFlight = (nodeId: NodeId): number => (open.some(({ node }) => node.nodeId === nodeId) ? 0 : 1)
        const { category, difficulty, tokens } = task
        // A router does not know how hard a task is; half of its guess is right.
        const request = { nowMs: task.atMs, category, difficulty: difficulty / 2, maxTokens: tokens, inFlight }
        const match = matchMiners(offerings, { ...request, policy: OPEN_POLICY }, ratings, rng)[0]
        return miners.find(({ node }) => node.nodeId === match?.node.nodeId) as Miner
      }
    }
  }

  for (const task of tasks) {
    for (; nextRoundMs <= task.atMs; nextRoundMs += ROUND_MS) {
      rounds.play()
      rounds.publish(ratings)
    }
    for (const { tell } of endings.filter(({ atMs }) => atMs <= task.atMs)) {
      tell()
    }
    endings = endings.filter(({ atMs }) => atMs > task.atMs)
    const miner = choose(task)
    const startMs = Math.max(task.atMs, freeAt(miner))
    const endMs = startMs + busyMs(miner, task)
    freeAtMs.set(miner.machine, endMs)
    run.machines.push(miner.machine)
    run.quality.push(chanceOf(miner, task))
    run.finishMs.push(endMs - task.atMs)
    const { nodeId } = miner.node
    const isCarriedThrough = rng.next() < miner.reliability
    endings.push({
      atMs: endMs,
      tell: () =>
        ratings.observe(
          isCarriedThrough
            ? {
                type: 'completed',
                nodeId,
                model: modelOf(miner.file),
                promptTokens: 30,
                completionTokens: task.tokens,
                firstTokenMs: startMs - task.atMs + 100,
                totalMs: endMs - task.atMs
              }
            : { type: 'failed', nodeId },
          endMs
        )
    })
  }
  return run
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** The mean of several populations. */
export function matchingFigures(seeds: readonly string[], tasks: number, warmUp: number, names = ONE_NAME): MatchingFigures {
  const runs = seeds.map((seed) => {
    const rng = createSeededRng(seed)
    const miners = populate(rng, names)
    const work = tasksOf(tasks, rng)
    return Object.fromEntries(STRATEGIES.map((strategy) => [strategy, runStrategy(strategy, seed, miners, work)])) as Record<
      Strategy,
      Run
    >
  })
  const over = (strategy: Strategy, of: 'quality' | 'finishMs'): number =>
    mean(runs.map((run) => mean(run[strategy][of].slice(warmUp))))
  const lost = (strategy: Strategy, until: number): number => {
    const sum = (values: readonly number[]): number => values.slice(0, until).reduce((a, b) => a + b, 0)
    return rounded(mean(runs.map((run) => sum(run.clairvoyant.quality) - sum(run[strategy].quality))), 1)
  }
  const steps = Array.from({ length: 8 }, (_, i) => Math.round(((i + 1) * tasks) / 8))
  const each = (of: (strategy: Strategy) => number): Record<Strategy, number> =>
    Object.fromEntries(STRATEGIES.map((strategy) => [strategy, of(strategy)])) as Record<Strategy, number>
  return {
    tasks,
    warmUp,
    quality: each((strategy) => rounded(over(strategy, 'quality'), 4)),
    finishSeconds: each((strategy) => rounded(over(strategy, 'finishMs') / 1_000, 2)),
    regret: steps.map((until) => ({
      tasks: until,
      skill: lost('skill', until),
      tiers: lost('tiers', until),
      random: lost('random', until)
    }))
  }
}

/** Share of the tasks that the machines get which `names` splits, the same machines being under one name with a `count` of 1. */
export function shareOfNames(seed: string, tasks: number, warmUp: number, names: Names): number {
  const rng = createSeededRng(seed)
  const miners = populate(rng, names)
  const { machines } = runStrategy('skill', seed, miners, tasksOf(tasks, rng))
  const counted = machines.slice(warmUp)
  return counted.filter((machine) => machine % names.every === 0).length / counted.length
}
