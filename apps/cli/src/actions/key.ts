import { generateApiKey, hashApiKey } from '@cortensor/node'
import { createOutput } from '../output.js'

/** Prints a new API key and its hash. */
export function makeKey(options: { json?: boolean }): void {
  const output = createOutput(options.json === true)
  const key = generateApiKey()
  const hash = hashApiKey(key)
  if (output.json) {
    output.value({ key, hash })
  }
  output.line(`Key   ${key}   (shown only now)`)
  output.line(`Hash  ${hash}   (router.apiKeys in the configuration)`)
}
