import { generateApiKey, hashApiKey } from '@cortensor/node'
import type { Command } from 'commander'
import { createOutput } from '../output.js'

export function keyCommand(program: Command): void {
  program
    .command('key')
    .description("make an API key; its hash goes into a router's configuration")
    .option('--json', 'one JSON object on stdout')
    .action((options: { json?: boolean }) => {
      const output = createOutput(options.json === true)
      const key = generateApiKey()
      const hash = hashApiKey(key)
      if (output.json) {
        output.value({ key, hash })
      }
      output.line(`Key   ${key}   (shown only now)`)
      output.line(`Hash  ${hash}   (router.apiKeys in the configuration)`)
    })
}
