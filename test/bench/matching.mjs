// What matching by measured skill is worth, against one who knows all true values, static tiers, and chance, and what a choice costs. The
// population is described in test/sim/matching-figures.ts; all but CPU comes from seeds, so that the figures are the same on every machine.
import { matchingFigures, shareOfNames } from '../sim/matching-figures.ts'
import { costFigures } from './lib/many-miners.mjs'
import { figure } from './lib/table.mjs'

const SEEDS = ['a', 'b', 'c', 'd', 'e', 'f']

export const title = `matching (24 miners, 8 model files, ${SEEDS.length} populations, tasks 2,001 to 4,000)`

/** Tasks 1,001 to 2,500 of a fifth of the machines under four names, as parts of what they get under one. */
function namesFigure(isCapacityMeasured) {
  const shareOf = (count) =>
    SEEDS.reduce((sum, seed) => sum + shareOfNames(seed, 2_500, 1_000, { every: 5, count, isCapacityMeasured }), 0) / SEEDS.length
  const where = isCapacityMeasured ? 'capacity is measured' : 'nobody is measured'
  return figure(`tasks of machines under four names, ${where}`, 100 * shareOf(4), '%', {
    against: 'one name',
    base: 100 * shareOf(1)
  })
}

export async function run() {
  const { finishSeconds, quality, regret } = matchingFigures(SEEDS, 4_000, 2_000)
  const against = (name, aim) =>
    figure('right answers', 100 * quality.skill, '%', { against: name, base: 100 * quality[name], aim })
  return [
    against('clairvoyant', 'ratio >= 0.95'),
    against('tiers', 'ratio >= 1.10'),
    against('load'),
    against('random', 'ratio >= 1.25'),
    ...[true, false].map(namesFigure),
    figure('time to finish', finishSeconds.skill, 's', { against: 'clairvoyant', base: finishSeconds.clairvoyant }),
    ...regret.map(({ random, skill, tasks, tiers }) =>
      figure(`right answers lost after ${tasks} tasks`, skill, 'tasks', { against: `random ${random}, tiers`, base: tiers })
    ),
    ...costFigures()
  ]
}
