import type { Command } from 'commander'
import type { JudgeOptions } from '../actions/judge.js'
import { wholeNumber } from '../options.js'

/** Their wrong answers are drawn from three times as many items. */
const MAX_PAIRS = 2_000

export function judgeCommand(program: Command): void {
  program
    .command('judge')
    .description('measure whether a model could judge answers: pairs of a right and a wrong one, under the published rubric')
    .argument('<file|builtin:name>', 'the model')
    .option('--pairs <n>', 'pairs, each shown in both orders (default: 100)', wholeNumber(1, MAX_PAIRS))
    .option('--json', 'one JSON object on stdout')
    .action(async (model: string, options: JudgeOptions) => (await import('../actions/judge.js')).judgeModel(model, options))
}
