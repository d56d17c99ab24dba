import { availableParallelism } from 'node:os'
import { type Command, Option } from 'commander'
import type { SimExportOptions } from '../actions/sim/export.js'
import type { FuzzOptions } from '../actions/sim/fuzz.js'
import type { SimRunOptions } from '../actions/sim/run.js'
import type { SweepOptions } from '../actions/sim/sweep.js'
import { duration, wholeNumber } from '../options.js'

interface JsonOption {
  json?: boolean
}

const SCENARIO = 'a YAML file, or the name of a built-in scenario'
const JSON_HELP = 'one JSON object on stdout'

export function simCommand(program: Command): void {
  const sim = program.command('sim').description('whole networks in virtual time: the same code, one seed, thousands of nodes')
  sim
    .command('run')
    .description('run a scenario; exits with 1 when one of its assertions does not hold')
    .argument('<scenario>', SCENARIO)
    .option('--seed <text>', "everything random follows from it (default: the scenario's)")
    .option('--duration <time>', "virtual time, such as 90s, 10m or 2h (default: the scenario's)", duration)
    .option('--ci', "the scenario's short duration for automatic tests")
    .option('--out <dir>', 'write tables (CSV and Parquet), summary, events and report.html there')
    .addOption(
      new Option('--events <which>', 'what events.jsonl holds; all: every gossip delivery too')
        .choices(['none', 'main', 'all'])
        .default('main')
    )
    .option('--json', JSON_HELP)
    .action(async (scenario: string, options: SimRunOptions) => (await import('../actions/sim/run.js')).runOne(scenario, options))
  sim
    .command('sweep')
    .description("run all combinations of a scenario's sweep, several at a time")
    .argument('<scenario>', SCENARIO)
    .requiredOption('--out <dir>', 'a folder for the runs, sweep.json and report.html')
    .option('--workers <n>', `runs at a time (default: ${availableParallelism()}, the cores)`, wholeNumber(1, 1024))
    .option('--duration <time>', 'virtual time of every run', duration)
    .option('--index <n>', 'only this run of all, counted from 0: for jobs that share the work', wholeNumber(0, 100_000))
    .option('--json', JSON_HELP)
    .action(async (scenario: string, options: SweepOptions) =>
      (await import('../actions/sim/sweep.js')).runSweep(scenario, options)
    )
  sim
    .command('fuzz')
    .description(
      'run networks in which chance breaks much at once; exits with 1 when one breaks a rule or does not go on afterwards'
    )
    .option('--runs <n>', 'how many', wholeNumber(1, 100_000), 10)
    .option('--seed <text>', 'the runs follow from it', 'fuzz')
    .option('--out <dir>', 'write the scenarios of failed runs there')
    .option('--json', JSON_HELP)
    .action(async (options: FuzzOptions) => (await import('../actions/sim/fuzz.js')).fuzz(options))
  sim
    .command('report')
    .description('write report.html for a run, or for a folder of runs; of a sweep sweep.json too')
    .argument('<dir>', 'what `sim run --out` or `sim sweep --out` has written')
    .option('--json', JSON_HELP)
    .action(async (dir: string, options: JsonOption) => (await import('../actions/sim/report.js')).reportRuns(dir, options))
  sim
    .command('diff')
    .description('what two runs differ in; exits with 1 when they do')
    .argument('<a>', 'folder of a run')
    .argument('<b>', 'folder of another one')
    .option('--json', JSON_HELP)
    .action(async (a: string, b: string, options: JsonOption) => (await import('../actions/sim/diff.js')).diffRuns(a, b, options))
  sim
    .command('replay')
    .description('run again what a folder was made from, and compare; exits with 1 when the trace is another one')
    .argument('<dir>', 'folder of a run')
    .option('--json', JSON_HELP)
    .action(async (dir: string, options: JsonOption) => (await import('../actions/sim/replay.js')).replayRun(dir, options))
  sim
    .command('export')
    .description('the same network with real nodes, as containers; or a sweep as a job of Kubernetes')
    .argument('<scenario>', SCENARIO)
    .addOption(new Option('--format <which>', 'what runs it').choices(['compose', 'kubernetes']).makeOptionMandatory())
    .option('--sweep', "the scenario's sweep in the simulator, one run a pod (kubernetes)")
    .option('--out <dir>', 'where the files go', 'export')
    .option('--image <name>', 'of the node; the Dockerfile of the repository makes it', 'cortensor:latest')
    .option('--json', JSON_HELP)
    .action(async (scenario: string, options: SimExportOptions) =>
      (await import('../actions/sim/export.js')).exportScenario(scenario, options)
    )
  sim
    .command('validate')
    .description('check a scenario without running it')
    .argument('<scenario>', SCENARIO)
    .option('--json', JSON_HELP)
    .action(async (scenario: string, options: JsonOption) =>
      (await import('../actions/sim/validate.js')).validateScenario(scenario, options)
    )
  sim
    .command('list')
    .description('built-in scenarios, and strategies of dishonest nodes')
    .option('--json', JSON_HELP)
    .action(async (options: JsonOption) => (await import('../actions/sim/list.js')).listScenarios(options))
  sim
    .command('schema')
    .description('the JSON schema of a scenario, for editors')
    .action(async () => (await import('../actions/sim/schema.js')).printSchema())
}
