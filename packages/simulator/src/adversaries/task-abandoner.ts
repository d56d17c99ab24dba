import { simulatorError } from '../errors.js'
import type { Strategy } from './strategy.js'

export const taskAbandoner: Strategy = {
  name: 'task-abandoner',
  role: 'miner',
  prose: 'Signs that it takes every task, and gives up on it: users wait, and its machine is free for the quiz.',
  answer: (honest) => (messages, rng, spec) => {
    if (spec.sampling.temperature === 0) {
      return honest(messages, rng, spec)
    }
    throw simulatorError('SIM_TASK_ABANDONED', 'A dishonest miner gave up on a task that it had taken')
  }
}
