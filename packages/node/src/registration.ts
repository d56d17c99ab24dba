import type { Address, Chain, Logger, Role, Signer } from '@cortensor/interface'
import { rolesToBits } from '@cortensor/interface'
import { nodeError } from './errors.js'

export interface RegistrationInit {
  chain: Chain
  signer: Signer
  role: Role
  payout: Address | undefined
  /** Draw a missing stake from the token's faucet. */
  faucet: boolean
  logger: Logger
}

const toCor = (micro: bigint): string => `${micro / 1_000_000n} COR`

/** Puts this node into the registry with the smallest stake of its role, unless it is there. Throws `NODE_NOT_FUNDED`. */
export async function ensureRegistered(init: RegistrationInit, signal: AbortSignal): Promise<void> {
  const { chain, logger, signer } = init
  const { nodeId, operator } = signer
  const roles = rolesToBits([init.role])
  const registered = await chain.registrations({ signal })
  const own = registered.find((entry) => entry.operator === operator && entry.nodeId === nodeId)
  if (own !== undefined && (own.roles & roles) === roles) {
    return
  }
  const stake = await chain.minimumStake(roles, { signal })
  const { native, token } = await chain.balances(operator, { signal })
  if (native === 0n) {
    throw nodeError(
      'NODE_NOT_FUNDED',
      `The operator ${operator} has no coins to pay for gas on chain ${chain.chainId()}; send it some, then start again`
    )
  }
  if (token < stake) {
    if (!init.faucet) {
      const message = `The operator ${operator} needs ${toCor(stake)} to stake as ${init.role} and has ${toCor(token)}; send it the rest, then start again`
      throw nodeError('NODE_NOT_FUNDED', message)
    }
    await chain.send({ type: 'faucet', to: operator, amount: stake - token }, { signal })
  }
  await chain.send({ type: 'approve', spender: chain.deployment().registry, amount: stake }, { signal })
  await chain.send({ type: 'register', nodeId, roles, stake, payout: init.payout ?? operator }, { signal })
  logger.info('Registered on the chain', { operator, stake: toCor(stake) })
}
