import { resolve } from 'node:path'
import { loadIdentity } from '@cortensor/node'
import { createOutput } from '../output.js'

export interface IdentityOptions {
  dataDir: string
  json?: boolean
}

/** What a committee's list of members needs of a node, before there is a network to start it in. */
export async function tellIdentity(options: IdentityOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { operator, nodeId } = loadIdentity(resolve(options.dataDir)).signer
  if (output.json) {
    output.value({ operator, nodeId })
  }
  output.line(`operator  ${operator}`)
  output.line(`nodeId    ${nodeId}`)
}
