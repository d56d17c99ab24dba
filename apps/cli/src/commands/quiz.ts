import type { Command } from 'commander'
import type { QuizOptions } from '../actions/quiz.js'
import { withConnectOptions } from '../connect-options.js'
import { wholeNumber } from '../options.js'

/** Far more than the evidence of a network is kept. */
const MAX_EPOCHS = 10_000

export function quizCommand(program: Command): void {
  const quiz = program.command('quiz').description('the rounds of the quiz game, from the signed messages behind the reports')
  const withOptions = (command: Command): Command =>
    withConnectOptions(
      command
        .option('--epochs <n>', 'how many epochs to go back (default: 20)', wholeNumber(1, MAX_EPOCHS))
        .option('--json', 'one JSON object on stdout')
    )
  withOptions(
    quiz.command('history').description('the last rounds: when, who asked, which categories, and how every node did')
  ).action(async (options: QuizOptions) => (await import('../actions/quiz.js')).showHistory(options))
  withOptions(
    quiz
      .command('explain')
      .description('why each node has its score: every question, what was said, how it was marked, and the evidence by CID')
      .argument('<round>', 'id of the round, or its first eight digits and more')
  ).action(async (round: string, options: QuizOptions) => (await import('../actions/quiz.js')).showRound(round, options))
}
