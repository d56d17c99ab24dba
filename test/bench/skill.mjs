// How well skill is measured: the items that it takes, whether the intervals hold what they promise, what the compact form loses. Nodes
// whose true abilities are known, from seeds: the same figures on every machine.
import { roundFigures } from '../sim/round-figures.ts'
import { skillFigures } from '../sim/skill-figures.ts'
import { figure } from './lib/table.mjs'

const NODES = 2_000
/** Games of every category. */
const GAMES = 60

export const title = `measured skill (${NODES} nodes of known ability)`

export async function run() {
  const { compactLoss, coverage, difficultyError, items } = skillFigures('bench', NODES)
  const rounds = roundFigures('bench', GAMES)
  const needed = (kind, name, aim) => [
    figure(`${name}, median`, items[kind].adaptive.median, 'items', {
      against: 'at random',
      base: items[kind].random.median,
      aim
    }),
    figure(`${name}, 9 in 10`, items[kind].adaptive.p90, 'items', { against: 'at random', base: items[kind].random.p90 })
  ]
  const roundsNeeded = (kind, name) => [
    figure(name, rounds.items[kind].adaptive, 'items', { against: 'at random', base: rounds.items[kind].random })
  ]
  const covered = (name, value, aim) => figure(`90 % intervals that hold the truth, ${name}`, value, '%', { aim })
  return [
    ...needed('free', 'free answers until sd < 0.35', '<= 10'),
    ...needed('choice', 'choices of four until sd < 0.35', '<= 16'),
    ...roundsNeeded('free', 'rounds of free answers until sd < 0.35, items, median'),
    ...roundsNeeded('choice', 'rounds with choices until then, items, median'),
    covered('by rounds', rounds.coverage, '88 to 92'),
    covered('just measured', coverage.measured, '88 to 92'),
    covered('after 2,000 idle epochs', coverage.idle, '88 to 92'),
    covered('difficulties wrong by 0.5', coverage.wrongItems),
    covered('the same, calibrated', coverage.calibratedItems),
    figure('error of difficulties after calibration', difficultyError.after, 'logits', {
      against: 'before',
      base: difficultyError.before
    }),
    figure('mean lost to the compact form, average', compactLoss.mean / 1_000, 'logits'),
    figure('mean lost to the compact form, 99 in 100', compactLoss.p99 / 1_000, 'logits'),
    figure('deviation lost to the compact form, average', compactLoss.sd / 1_000, 'logits')
  ]
}
