import { commitDigest, falseWindowLeaf, rewardLeaf } from '@cortensor/contracts'
import { verifyMerkleProof, ZERO_HEX32 } from '@cortensor/crypto'
import {
  type Address,
  type BlockRef,
  type ChainCall,
  type ChainEvent,
  type CommitteeMember,
  type IndexedSignature,
  type NodeId,
  ROLE_BITS,
  type TokenAmount
} from '@cortensor/interface'
import { type Call, type Context, check, claimableRoot, pull, settledRoot, transfer } from './context.js'
import type { Ledger, StakedNode } from './ledger.js'
import {
  closeSession,
  createSession,
  depositSession,
  setSessionRouter,
  settleSession,
  updateSession,
  withdrawSession
} from './sessions.js'

/** Nonce of the committee's first, and here only, configuration. */
export const CONFIG_NONCE = 0

const ZERO_ADDRESS = `0x${'00'.repeat(20)}`

export function minimumStakeOf(ledger: Ledger, roles: number): TokenAmount {
  check(Number.isInteger(roles) && roles > 0 && roles <= 7, 'InvalidRoles', roles)
  const { miner, oracle, router } = ledger.settings.minimumStakes
  return (roles & 1 ? miner : 0n) + (roles & 2 ? oracle : 0n) + (roles & 4 ? router : 0n)
}

function changePayout(ledger: Ledger, block: BlockRef, operator: Address, payout: Address): void {
  ledger.journal.set(ledger.payouts, operator, payout === ZERO_ADDRESS ? operator : payout)
  ledger.note(block.number, { type: 'payout', operator, payout: ledger.payoutOf(operator) })
}

function register(context: Context, call: Call<'register'>): ChainEvent[] {
  const { ledger, block, from } = context
  const { registry } = ledger.settings
  const node = ledger.node(from, call.nodeId)
  check(node === null || node.releaseAtMs === null, 'StillUnbonding', node?.releaseAtMs ?? 0)
  const stake = (node?.registration.stake ?? 0n) + call.stake
  const minimum = minimumStakeOf(ledger, call.roles)
  check(stake >= minimum, 'StakeTooLow', stake, minimum)
  if (call.payout !== ZERO_ADDRESS && call.payout !== ledger.payoutOf(from)) {
    changePayout(ledger, block, from, call.payout)
  }
  pull(context, registry, call.stake)
  const registration = { operator: from, nodeId: call.nodeId, roles: call.roles, stake, payout: ledger.payoutOf(from) }
  ledger.setNode(from, call.nodeId, { registration, releaseAtMs: null })
  ledger.note(block.number, { type: 'registered', registration })
  return [{ type: 'registered', block, registration: { ...registration } }]
}

function unbond({ ledger, block, from }: Context, { nodeId }: Call<'unbond'>): ChainEvent[] {
  const node = ledger.node(from, nodeId)
  check(node !== null && node.releaseAtMs === null, 'NotRegistered', from, nodeId)
  const { registration } = node as StakedNode
  const releaseAtMs = block.timestampMs + ledger.settings.unbondingSeconds * 1000
  ledger.setNode(from, nodeId, { registration, releaseAtMs })
  ledger.note(block.number, { type: 'left', operator: from, nodeId })
  return []
}

function withdrawStake({ ledger, block, from }: Context, { nodeId }: Call<'withdrawStake'>): ChainEvent[] {
  const node = ledger.node(from, nodeId)
  const releaseAtMs = node?.releaseAtMs ?? null
  check(node !== null && releaseAtMs !== null, 'NotUnbonding', from, nodeId)
  check((releaseAtMs ?? 0) <= block.timestampMs, 'StillUnbonding', releaseAtMs ?? 0)
  ledger.setNode(from, nodeId, null)
  transfer(ledger, ledger.settings.registry, from, node?.registration.stake ?? 0n)
  return []
}

function checkRewards({ ledger, block }: Context, rewards: TokenAmount): void {
  const last = ledger.commits.at(-1)?.totals.rewards ?? 0n
  const { genesisMs, maxRewardPerSecond } = ledger.settings
  const cap = maxRewardPerSecond * BigInt(Math.floor((block.timestampMs - genesisMs) / 1000))
  check(rewards >= last, 'RewardsDecreased', rewards, last)
  check(rewards <= ledger.funded, 'RewardsOverFunding', rewards, ledger.funded)
  check(rewards <= cap, 'RewardsOverCap', rewards, cap)
}

/** As the contract sees them: a bit for every index, and the signatures in the order of the bits. */
export function packedSignatures({ signatures }: Call<'commitEpoch'>): IndexedSignature[] {
  const bits = [...new Set(signatures.map(({ index }) => index))].sort((a, b) => a - b)
  return bits.map((index, position) => ({ index, signature: (signatures[position] as IndexedSignature).signature }))
}

function checkSignatures({ committee, signers }: Context, call: Call<'commitEpoch'>): void {
  const expected = committee.attestations
  const packed = packedSignatures(call)
  check(call.signatures.length === expected, 'WrongSignatureCount', call.signatures.length, expected)
  for (const [position, { index }] of packed.entries()) {
    const member = committee.members[index]
    check(member !== undefined, 'WrongSignatureCount', packed.length, expected)
    check(signers[position] === member?.operator, 'BadSignature', index)
  }
  check(packed.length === expected, 'WrongSignatureCount', packed.length, expected)
}

function commitEpoch(context: Context, call: Call<'commitEpoch'>): ChainEvent[] {
  const { ledger, committee, block, transactionHash } = context
  const { commit, view } = call
  const last = ledger.commits.at(-1)
  check(commit.epoch === (last?.epoch ?? 0) + 1, 'WrongEpoch', commit.epoch, (last?.epoch ?? 0) + 1)
  check(commit.prev === (last?.digest ?? ZERO_HEX32), 'WrongPrev', commit.prev, last?.digest ?? ZERO_HEX32)
  checkRewards(context, commit.totals.rewards)
  checkSignatures(context, call)
  const committed = {
    ...structuredClone(commit),
    digest: commitDigest(commit),
    config: committee.config,
    view,
    block,
    transactionHash
  }
  ledger.journal.push(ledger.commits, committed)
  return [{ type: 'epoch', block, commit: committed }]
}

function reportEquivocation(context: Context, { evidence }: Call<'reportEquivocation'>): ChainEvent[] {
  const { ledger, committee, signers } = context
  const { config, index, epoch, prev, view, attestations } = evidence
  const [first, second] = attestations
  check(config === committee.config, 'UnknownConfig', config)
  check(first.digest !== second.digest, 'NoEquivocation')
  const member = committee.members[index]
  check(member !== undefined && signers.every((signer) => signer === member.operator), 'BadSignature', index)
  const { operator, nodeId } = member as CommitteeMember
  const offence = [config, operator, epoch, prev, view].join(' ')
  check(!ledger.punished.has(offence), 'AlreadyPunished')
  ledger.journal.set(ledger.punished, offence, true)
  slash(context, operator, nodeId, minimumStakeOf(ledger, ROLE_BITS.oracle))
  return []
}

/** Takes up to so much of a stake, and the node out. What is taken stays in the registry for good. */
function slash({ block, ledger }: Context, operator: Address, nodeId: NodeId, amount: TokenAmount): void {
  const node = ledger.node(operator, nodeId)
  check(node !== null && node.registration.stake > 0n, 'NothingToSlash', operator, nodeId)
  const { registration, releaseAtMs } = node as StakedNode
  const left = registration.stake - amount
  const stake = left > 0n ? left : 0n
  const waitsUntilMs = releaseAtMs ?? block.timestampMs + ledger.settings.unbondingSeconds * 1000
  ledger.setNode(operator, nodeId, { registration: { ...registration, stake }, releaseAtMs: waitsUntilMs })
  ledger.noteSlashed(operator, nodeId, registration.stake - stake)
  if (releaseAtMs === null) {
    ledger.note(block.number, { type: 'left', operator, nodeId })
  }
}

function punishFalseWindow(context: Context, { epoch, fault, proof }: Call<'punishFalseWindow'>): ChainEvent[] {
  const { block, ledger } = context
  const { node: nodeId, operator } = fault
  const root = settledRoot(ledger, block, epoch)
  check(verifyMerkleProof(root, falseWindowLeaf(fault), proof), 'InvalidFault')
  const offence = `false window ${operator} ${nodeId}`
  check(!ledger.punished.has(offence), 'FaultPunished', operator, nodeId)
  ledger.journal.set(ledger.punished, offence, true)
  const stake = ledger.node(operator, nodeId)?.registration.stake ?? 0n
  slash(context, operator, nodeId, stake - stake / 2n)
  return []
}

function claim({ ledger, block }: Context, call: Call<'claim'>): ChainEvent[] {
  const { distributor } = ledger.settings
  const { funded } = ledger
  const { operator, cumulative } = call
  const root = claimableRoot(ledger, block)
  check(verifyMerkleProof(root, rewardLeaf(operator, cumulative), call.proof), 'InvalidProof')
  const before = ledger.claimed.get(operator) ?? 0n
  check(cumulative > before, 'NothingToClaim', operator, before)
  const amount = cumulative - before
  const rewards = ledger.commits.at(-1)?.totals.rewards ?? 0n
  check(ledger.tokensOf(distributor) >= amount + funded - rewards, 'ClaimsExceedRewards')
  ledger.journal.set(ledger.claimed, operator, cumulative)
  transfer(ledger, distributor, ledger.payoutOf(operator), amount)
  return [{ type: 'claimed', block, operator, cumulative }]
}

function faucet({ ledger }: Context, call: Call<'faucet'>): ChainEvent[] {
  const { faucetLimit } = ledger.settings
  check(faucetLimit !== 0n, 'FaucetDisabled')
  check(call.amount <= faucetLimit, 'FaucetLimit', call.amount, faucetLimit)
  ledger.journal.set(ledger.tokens, call.to, ledger.tokensOf(call.to) + call.amount)
  return []
}

/** Changes the ledger as the contracts would. Throws `CHAIN_REVERTED`; what was changed until then is for the caller to undo. */
export function execute(context: Context, call: ChainCall): ChainEvent[] {
  switch (call.type) {
    case 'register':
      return register(context, call)
    case 'unbond':
      return unbond(context, call)
    case 'withdrawStake':
      return withdrawStake(context, call)
    case 'setPayout':
      changePayout(context.ledger, context.block, context.from, call.payout)
      return []
    case 'commitEpoch':
      return commitEpoch(context, call)
    case 'reportEquivocation':
      return reportEquivocation(context, call)
    case 'punishFalseWindow':
      return punishFalseWindow(context, call)
    case 'claim':
      return claim(context, call)
    case 'createSession':
      return createSession(context, call)
    case 'updateSession':
      return updateSession(context, call)
    case 'setSessionRouter':
      return setSessionRouter(context, call)
    case 'depositSession':
      return depositSession(context, call)
    case 'settleSession':
      return settleSession(context, call)
    case 'closeSession':
      return closeSession(context, call)
    case 'withdrawSession':
      return withdrawSession(context, call)
    case 'approve':
      context.ledger.journal.set(context.ledger.allowances, `${context.from} ${call.spender}`, call.amount)
      return []
    case 'faucet':
      return faucet(context, call)
  }
}
