import type { SwarmReady } from '@cortensor/node'
import { DEFAULT_DATA_DIR } from '../options.js'
import { formatCor } from '../output.js'

/** What a new user needs to see once the swarm runs. */
export function welcome(ready: SwarmReady, dataDir: string): string {
  const where = dataDir === DEFAULT_DATA_DIR ? '' : ` --data-dir ${dataDir}`
  const body =
    '{"model":"tiny-general-v2-q8_0","messages":[{"role":"user","content":"Tell me a story about a fox."}],"stream":true}'
  const count = (role: string): number => ready.nodes.filter((node) => node.role === role).length
  return `
  A network of ${ready.nodes.length} nodes is running: ${count('oracle')} oracles, ${count('router')} router(s), ${count('miner')} miners, chain ${ready.chain.chainId}.

  API    ${ready.api.url}/v1
  Key    ${ready.api.key}   (made for this run)
  Docs   ${ready.api.url}/docs
  Money  session ${ready.session.number} pays, with ${formatCor(ready.session.escrow)} in escrow

  Try it:

  curl -N ${ready.api.url}/v1/chat/completions \\
    -H 'Authorization: Bearer ${ready.api.key}' -H 'Content-Type: application/json' \\
    -d '${body}'

  In another terminal:  npx cortensor status${where}   ·   npx cortensor session list${where}   ·   npx cortensor verify epoch 1${where}
  Ctrl-C stops everything.
`
}
