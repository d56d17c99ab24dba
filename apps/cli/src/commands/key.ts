import type { Command } from 'commander'

export function keyCommand(program: Command): void {
  program
    .command('key')
    .description("make an API key; its hash goes into a router's configuration")
    .option('--json', 'one JSON object on stdout')
    .action(async (options: { json?: boolean }) => (await import('../actions/key.js')).makeKey(options))
}
