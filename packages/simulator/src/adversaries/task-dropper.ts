import { refusingTasks, type Strategy } from './strategy.js'

export const taskDropper: Strategy = {
  name: 'task-dropper',
  role: 'miner',
  prose: 'Plays the quiz, and refuses every task that it is given: skill without work.',
  ports: refusingTasks
}
