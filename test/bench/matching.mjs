// What matching by measured skill is worth, against one who knows all true values, static tiers, and chance. The population is described in
// test/sim/matching-figures.ts; everything comes from seeds, so that the figures are the same on every machine.
import { matchingFigures } from '../sim/matching-figures.ts'
import { figure } from './lib/table.mjs'

const SEEDS = ['a', 'b', 'c', 'd', 'e', 'f']

export const title = `matching (24 miners, 8 model files, ${SEEDS.length} populations, tasks 2,001 to 4,000)`

export async function run() {
  const { finishSeconds, quality, regret } = matchingFigures(SEEDS, 4_000, 2_000)
  const against = (name, aim) =>
    figure('right answers', 100 * quality.skill, '%', { against: name, base: 100 * quality[name], aim })
  return [
    against('clairvoyant', 'ratio >= 0.95'),
    against('tiers', 'ratio >= 1.10'),
    against('load'),
    against('random', 'ratio >= 1.25'),
    figure('time to finish', finishSeconds.skill, 's', { against: 'clairvoyant', base: finishSeconds.clairvoyant }),
    ...regret.map(({ random, skill, tasks, tiers }) =>
      figure(`right answers lost after ${tasks} tasks`, skill, 'tasks', { against: `random ${random}, tiers`, base: tiers })
    )
  ]
}
