import type { Command } from 'commander'
import type { CalibrateOptions } from '../actions/calibrate.js'
import { collect, DEFAULT_CALIBRATION, wholeNumber } from '../options.js'

export function calibrateCommand(program: Command): void {
  program
    .command('calibrate')
    .description('measure how far honest answers of a model lie from what this machine computes, for `verify transcript`')
    .argument('<file|builtin:name>', 'the model')
    .option('--answers <n>', 'answers that are written and read here', wholeNumber(0, 100_000))
    .option('--transcript <file>', 'an honest transcript of the same model from another machine; may come several times', collect)
    .option('--calibration <file>', `where to keep what was measured (default: ${DEFAULT_CALIBRATION})`)
    .option('--json', 'one JSON object on stdout')
    .action(async (model: string, options: CalibrateOptions) =>
      (await import('../actions/calibrate.js')).calibrateModel(model, options)
    )
}
