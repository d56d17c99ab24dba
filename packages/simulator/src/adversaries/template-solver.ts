import type { Strategy } from './strategy.js'

/** Of the catalogue's templates, a program answers nearly all. */
const SOLVED = 0.95

export const templateSolver: Strategy = {
  name: 'template-solver',
  role: 'miner',
  prose: 'Has a program answer quiz items, right nineteen times of twenty whatever its model can do, and answers users honestly.',
  solves: SOLVED
}
