import { interceptPublisher, type Strategy } from './strategy.js'

export const quizSkipper: Strategy = {
  name: 'quiz-skipper',
  role: 'miner',
  prose: 'Serves users and answers no round: all of its time for what it is paid for.',
  ports: (ports) =>
    interceptPublisher(ports, ({ family, payload }, { publish, seal }) => (family === 'quiz' ? seal : publish)(payload))
}
