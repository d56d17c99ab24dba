import { CHAIN_NAMES, CHAINS } from '@cortensor/config'
import type { Address } from '@cortensor/interface'
import {
  createLogger,
  type DeployContractsInit,
  deployContracts,
  readMembers,
  readPrivateKey,
  rehearseContracts,
  toPrivateKey
} from '@cortensor/node'
import { cliError } from '../errors.js'
import { createOutput, formatCoins, formatTable, type Output } from '../output.js'

export interface DeployOptions {
  chain: string
  members: string
  rpc?: string[]
  keyFile?: string
  governor?: string
  out: string
  dryRun?: boolean
  json?: boolean
}

const KEY_VARIABLE = 'CORTENSOR_DEPLOYER_KEY'

/** Never from the command line, which others on this machine can read. */
function privateKey(options: DeployOptions): `0x${string}` {
  if (options.keyFile !== undefined) {
    return readPrivateKey(options.keyFile)
  }
  const text = process.env[KEY_VARIABLE]
  if (text === undefined) {
    throw cliError('CLI_BAD_OPTION', `Deploying needs a key that pays the gas: say --key-file FILE, or set ${KEY_VARIABLE}`)
  }
  return toPrivateKey(text, KEY_VARIABLE)
}

function toInit(options: DeployOptions, output: Output): DeployContractsInit {
  const name = CHAIN_NAMES.find((each) => each === options.chain)
  if (name === undefined) {
    throw cliError('CLI_BAD_OPTION', `There is no chain ${options.chain}; say --chain ${CHAIN_NAMES.join(', ')}`)
  }
  const chain = CHAINS[name]
  const rpcUrls = options.rpc ?? chain.rpcUrls
  if (rpcUrls.length === 0) {
    throw cliError('CLI_BAD_OPTION', `There is no public RPC of ${chain.title}: say --rpc URL`)
  }
  return {
    chain,
    rpcUrls,
    privateKey: privateKey(options),
    members: readMembers(options.members),
    governor: options.governor as Address | undefined,
    folder: options.out,
    logger: createLogger({ level: 'warn', destination: 'stderr' }),
    onStep: ({ name, gasUsed }) => output.note(`${name}: ${gasUsed} gas`)
  }
}

async function rehearse(init: DeployContractsInit, output: Output): Promise<void> {
  const { steps, gasUsed, cost, balance, deployer, chainId } = await rehearseContracts(init)
  const isEnough = balance >= cost
  if (output.json) {
    output.value({ chainId, deployer, steps, gasUsed, cost, balance, isEnough })
  }
  output.line(formatTable([...steps.map(({ name, gasUsed }) => [name, String(gasUsed)]), ['in all', `${gasUsed} gas`]]))
  output.line(
    `At the fees of now ${formatCoins(cost)}; ${deployer} holds ${formatCoins(balance)}${isEnough ? '' : ', too little'}`
  )
  output.line('A rollup adds what it pays for the data on its base chain. Nothing was sent.')
}

/** Deploys a network, or tells what that would cost. */
export async function deploy(options: DeployOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const init = toInit(options, output)
  if (options.dryRun === true) {
    return rehearse(init, output)
  }
  const deployed = await deployContracts(init)
  if (output.json) {
    output.value(deployed)
  }
  output.line(`The network is on ${init.chain.title}; its nodes need chain.registry: ${deployed.registry}`)
  output.line(`  all addresses  ${options.out}/${deployed.chainId}.json`)
}
