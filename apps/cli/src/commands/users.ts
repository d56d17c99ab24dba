import { type Command, Option } from 'commander'
import type { UsersOptions } from '../actions/users.js'
import { collect, duration, positiveNumber } from '../options.js'

export function usersCommand(program: Command): void {
  program
    .command('users')
    .description('ask routers as users do: at random, one question each, and wait for the answer')
    .requiredOption('--url <url>', "of a router's API; may come several times", collect)
    .addOption(new Option('--key <key>', 'with the scope inference').env('CORTENSOR_API_KEY').makeOptionMandatory())
    .option('--tasks-per-second <n>', 'over all routers', positiveNumber(10_000), 0.5)
    .option('--duration <time>', 'such as 90s, 10m or 2h', duration, 60_000)
    .option('--seed <text>', 'when they come and what they ask follows from it', 'cortensor')
    .option('--json', 'JSON lines on stdout: one a task, and what they come to')
    .action(async (options: UsersOptions) => (await import('../actions/users.js')).askAsUsers(options))
}
