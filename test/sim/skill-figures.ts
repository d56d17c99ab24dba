import type { Rng } from '@cortensor/interface'
import {
  type Answer,
  type CalibratedItem,
  calibrated,
  chooseItem,
  correctProbability,
  DRIFT_PER_EPOCH_MILLIONTHS,
  drifted,
  gridOf,
  type ItemParams,
  isMeasured,
  MEASURED_SD_MILLI,
  momentsOf,
  observe,
  priorSkill,
  type Skill,
  updatedSkill
} from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

/** How well skill is measured, on a population whose true abilities are known. Everything follows from the seed. */
export interface SkillFigures {
  nodes: number
  /** Items until the deviation is below 0.35, at most 60. */
  items: Record<'free' | 'choice', Record<'adaptive' | 'random', { median: number; p90: number }>>
  /** Share of true abilities inside the 90 % interval, in percent. */
  coverage: {
    measured: number
    /** Of abilities that wandered as the drift supposes, after 2,000 epochs without evidence. */
    idle: number
    /** Where the difficulties were believed wrongly by 0.5, as they were, and once calibrated. */
    wrongItems: number
    calibratedItems: number
  }
  /** What keeping a mean and a deviation between the items of a game loses against keeping all of the grid, in thousandths of a logit. */
  compactLoss: { mean: number; p99: number; sd: number }
  /** Error of difficulties, root mean square in logits, before and after calibration. */
  difficultyError: { before: number; after: number }
}

const BANK_ITEMS = 300
/** As many as there are templates; a fifth of them anchors. */
const CALIBRATED_ITEMS = 60
const MOST_ITEMS = 60
const IDLE_EPOCHS = 2_000
/** Standard deviations to either side that hold nine tenths. */
const NINE_TENTHS = 1.645

export const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next())
const milli = (value: number): number => Math.max(-4_000, Math.min(4_000, Math.round(1_000 * value)))

/** Slopes from 1.5 to 2.5 and difficulties from -3 to 3, evenly. */
const bankOf = (guessMilli: number, rng: Rng, length = BANK_ITEMS): ItemParams[] =>
  Array.from({ length }, () => ({
    slopeMilli: rng.int(1_500, 2_500),
    difficultyMilli: rng.int(-3_000, 3_000),
    guessMilli
  }))

interface Examinee {
  ability: number
  prior: Skill
}

/** Nodes run models whose mean is known; each differs from it as the prior says. */
const population = (size: number, rng: Rng): Examinee[] =>
  Array.from({ length: size }, () => {
    const mean = rng.int(-1_000, 1_000)
    return { ability: milli(mean / 1_000 + normal(rng)), prior: priorSkill(mean) }
  })

const isRight = (item: ItemParams, ability: number, rng: Rng): boolean => rng.next() < correctProbability(item, ability) / 2 ** 40

interface Game {
  skill: Skill
  answers: Answer[]
  asked: ItemParams[]
}

function play(node: Examinee, bank: readonly ItemParams[], isAdaptive: boolean, most: number, rng: Rng): Game {
  let skill = node.prior
  let left = [...bank]
  const game: Game = { skill, answers: [], asked: [] }
  while (skill.sdMilli >= MEASURED_SD_MILLI && game.answers.length < most && left.length > 0) {
    const item = isAdaptive ? (chooseItem(skill, left, rng) as ItemParams) : (left[rng.int(0, left.length - 1)] as ItemParams)
    left = left.filter((other) => other !== item)
    const answer = { item, isCorrect: isRight(item, node.ability, rng) }
    skill = updatedSkill(skill, [answer])
    game.answers.push(answer)
    game.asked.push(item)
  }
  return { ...game, skill }
}

const percent = (part: number, whole: number): number => Number(((100 * part) / whole).toFixed(1))
const isCovered = ({ meanMilli, sdMilli }: Skill, ability: number): boolean =>
  Math.abs(ability - meanMilli) <= NINE_TENTHS * sdMilli
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0
const rootMeanSquare = (values: readonly number[]): number =>
  Number(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length).toFixed(3))

/** Difficulties that are believed wrongly, and learnt from nodes that anchors have measured. */
function calibration(
  seed: string,
  nodes: readonly Examinee[]
): Pick<SkillFigures, 'difficultyError'> & { coverage: [number, number] } {
  const rng = createSeededRng(`${seed}/calibration`)
  const truth = bankOf(0, rng, CALIBRATED_ITEMS)
  const believed = truth.map((item): CalibratedItem => {
    const isAnchor = rng.next() < 0.2
    const error = isAnchor ? 0 : 0.5 * normal(rng)
    return { ...item, difficultyMilli: milli(item.difficultyMilli / 1_000 + error), difficultySdMilli: 500, isAnchor }
  })
  const anchors = believed.filter(({ isAnchor }) => isAnchor)
  let learnt = believed
  for (const node of nodes) {
    const { skill } = play(node, anchors, true, 20, rng)
    const asked = new Set(Array.from({ length: 12 }, () => rng.int(0, CALIBRATED_ITEMS - 1)))
    learnt = learnt.map((item, i) =>
      asked.has(i) ? calibrated(item, [{ skill, isCorrect: isRight(truth[i] as ItemParams, node.ability, rng) }]) : item
    )
  }
  const errors = (items: readonly ItemParams[]): number[] =>
    items
      .map((item, i) => (item.difficultyMilli - (truth[i]?.difficultyMilli ?? 0)) / 1_000)
      .filter((_, i) => !believed[i]?.isAnchor)
  const covered = (items: readonly ItemParams[]): number => {
    const others = population(nodes.length, rng)
    const hits = others.filter((node) => {
      let skill = node.prior
      const answers: Answer[] = []
      while (!isMeasured(skill, answers.length)) {
        const item = chooseItem(skill, items, rng) as ItemParams
        const place = items.indexOf(item)
        answers.push({ item, isCorrect: isRight(truth[place] as ItemParams, node.ability, rng) })
        skill = updatedSkill(skill, answers.slice(-1))
      }
      return isCovered(skill, node.ability)
    })
    return percent(hits.length, others.length)
  }
  return {
    difficultyError: { before: rootMeanSquare(errors(believed)), after: rootMeanSquare(errors(learnt)) },
    coverage: [covered(believed), covered(learnt)]
  }
}

export function skillFigures(seed: string, size: number): SkillFigures {
  const rng = createSeededRng(seed)
  const nodes = population(size, rng)
  const games = (guessMilli: number, isAdaptive: boolean): Game[] => {
    const own = rng.fork(`${guessMilli}/${isAdaptive}`)
    const bank = bankOf(guessMilli, own)
    return nodes.map((node) => play(node, bank, isAdaptive, MOST_ITEMS, own))
  }
  const needed = (played: readonly Game[]) => {
    const counts = played.map(({ answers }) => answers.length)
    return { median: quantile(counts, 0.5), p90: quantile(counts, 0.9) }
  }
  const [adaptive, random] = [games(0, true), games(0, false)]
  const [choice, randomChoice] = [games(250, true), games(250, false)]
  const covered = (skills: readonly Skill[], abilities: readonly number[]): number =>
    percent(skills.filter((skill, i) => isCovered(skill, abilities[i] ?? 0)).length, skills.length)
  const all = [...adaptive, ...choice]
  const abilities = [...nodes, ...nodes].map(({ ability }) => ability)
  const wander = rng.fork('wander')
  const wandered = abilities.map((ability) =>
    milli(ability / 1_000 + normal(wander) * Math.sqrt((IDLE_EPOCHS * DRIFT_PER_EPOCH_MILLIONTHS) / 1e6))
  )
  const exact = all.map(({ answers }, i) => momentsOf(observe(gridOf(nodes[i % size]?.prior as Skill), answers)))
  const lossOf = (key: keyof Skill): number[] => all.map(({ skill }, i) => Math.abs(skill[key] - (exact[i]?.[key] ?? 0)))
  const meanOf = (values: readonly number[]): number => Number((values.reduce((a, b) => a + b, 0) / values.length).toFixed(1))
  const learning = calibration(seed, nodes.slice(0, Math.min(size, 400)))
  return {
    nodes: size,
    items: {
      free: { adaptive: needed(adaptive), random: needed(random) },
      choice: { adaptive: needed(choice), random: needed(randomChoice) }
    },
    coverage: {
      measured: covered(
        all.map(({ skill }) => skill),
        abilities
      ),
      idle: covered(
        all.map(({ skill }) => drifted(skill, IDLE_EPOCHS)),
        wandered
      ),
      wrongItems: learning.coverage[0],
      calibratedItems: learning.coverage[1]
    },
    compactLoss: {
      mean: meanOf(lossOf('meanMilli')),
      p99: quantile(lossOf('meanMilli'), 0.99),
      sd: meanOf(lossOf('sdMilli'))
    },
    difficultyError: learning.difficultyError
  }
}
