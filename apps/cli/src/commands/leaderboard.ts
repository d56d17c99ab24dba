import type { Command } from 'commander'
import type { LeaderboardOptions } from '../actions/leaderboard.js'
import { withConnectOptions } from '../connect-options.js'

export function leaderboardCommand(program: Command): void {
  withConnectOptions(
    program
      .command('leaderboard')
      .description('what every node can do, by category, with the interval that holds the truth nine times in ten')
      .option('--category <name>', 'only this one')
      .option('--json', 'one JSON object on stdout')
  ).action(async (options: LeaderboardOptions) => (await import('../actions/leaderboard.js')).showLeaderboard(options))
}
