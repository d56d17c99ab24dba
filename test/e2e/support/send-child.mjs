// A process that sends one call over a folder's queue, to be killed in the middle: node send-child.mjs RPC REGISTRY KEY DIR TO AMOUNT
import { createEthersChain } from '@cortensor/chain'
import { createLevelKeyValue } from '@cortensor/store'

const [rpcUrl, registry, privateKey, dir, to, amount] = process.argv.slice(2)
const keyValue = createLevelKeyValue({ dir })
await keyValue.start()
const chain = createEthersChain({ rpcUrls: [rpcUrl], registry, privateKey, keyValue, pollIntervalMs: 50, resendAfterMs: 200 })
await chain.start()
const receipt = await chain.send({ type: 'faucet', to, amount: BigInt(amount) })
process.stdout.write(`${receipt.transactionHash}\n`)
await chain.stop()
await keyValue.stop()
