import { type DeployInit, deployNetwork, type Rehearsal, rehearseDeployment } from '@cortensor/chain/dev'
import type { ChainPreset } from '@cortensor/config'
import { sha256 } from '@cortensor/crypto'
import type { Address, CommitteeMember, Logger } from '@cortensor/interface'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { nodeError } from '../errors.js'
import {
  begunFile,
  type DeploymentFile,
  deploymentFile,
  readBegun,
  readDeploymentFile,
  writeBegun,
  writeDeploymentFile
} from './deployment-file.js'

export interface DeployContractsInit {
  chain: ChainPreset
  rpcUrls: readonly string[]
  privateKey: `0x${string}`
  members: readonly CommitteeMember[]
  /** Who may change the committee. @default the deployer */
  governor?: Address | undefined
  /** Where the addresses file goes, and what a deployment that stops half way goes on from. */
  folder: string
  onStep?: ((step: { name: string; gasUsed: bigint }) => void) | undefined
  logger?: Logger | undefined
}

const toInit = ({ chain, rpcUrls, privateKey, members, governor, logger }: DeployContractsInit): DeployInit => ({
  ...chain.contracts,
  chainId: chain.chainId,
  rpcUrls,
  privateKey,
  members,
  confirmations: chain.confirmationDepth + 1,
  ...(governor === undefined ? {} : { governor }),
  ...(logger === undefined ? {} : { logger })
})

/** What a deployment that goes on must share with the one that began. */
function fingerprintOf({ chain, members, governor }: DeployContractsInit): string {
  const text = JSON.stringify({ ...chain, members, governor }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value
  )
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** What deploying would cost; sends nothing and writes nothing. Errors as those of the `Chain` port. */
export const rehearseContracts = async (init: DeployContractsInit): Promise<Rehearsal> => rehearseDeployment(toInit(init))

/**
 * Puts the contracts of a network on a chain and writes where they are. What an earlier run has done is not done again; a finished
 * deployment is never replaced. Throws `NODE_DEPLOYED_ALREADY`; other errors as those of the `Chain` port.
 */
export async function deployContracts(init: DeployContractsInit): Promise<DeploymentFile> {
  const { chain, folder } = init
  const earlier = readDeploymentFile(folder, chain.chainId)
  if (earlier !== null) {
    throw nodeError(
      'NODE_DEPLOYED_ALREADY',
      `${deploymentFile(folder, chain.chainId)} names a network on ${chain.title} already (registry ${earlier.registry}); ` +
        'say another --out to deploy one more'
    )
  }
  const fingerprint = fingerprintOf(init)
  const begun = readBegun(folder, chain.chainId)
  if (begun !== null && begun.fingerprint !== fingerprint) {
    throw nodeError(
      'NODE_CONFIG_INVALID',
      `${begunFile(folder, chain.chainId)} is of a deployment with other members or parameters; use the same, or remove the file`
    )
  }
  let deployer = begun?.deployer as Address | undefined
  const deployment = await deployNetwork({
    ...toInit(init),
    ...(begun === null ? {} : { start: { deployer: begun.deployer as Address, nonce: begun.nonce, fromBlock: begun.fromBlock } }),
    onStart: (start) => {
      deployer = start.deployer
      writeBegun(folder, { version: 1, chainId: chain.chainId, fingerprint, ...start })
    },
    ...(init.onStep === undefined ? {} : { onStep: init.onStep })
  })
  return writeDeploymentFile(folder, chain.chainId, deployer as Address, deployment)
}
