import type { Chain, ChainCall, ChainReceipt } from '@cortensor/interface'
import type { Member } from './member.js'

/** What the transmitter and the dry run see of the contract: RPCs that fail and transactions that get lost while there is chaos. */
export function createChain(member: Member): Chain {
  const { world } = member
  const refusal = (): DOMException => new DOMException('The contract refused the call', 'OperationError')
  const requireTaken = async (call: ChainCall): Promise<Extract<ChainCall, { type: 'commitEpoch' }>> => {
    if (call.type !== 'commitEpoch' || (world.isChaos && world.rng.next() < 0.15) || !(await world.takes(call))) {
      throw refusal()
    }
    return call
  }
  const chain: Pick<Chain, 'simulate' | 'send'> = {
    async simulate(call) {
      await requireTaken(call)
    },
    async send(call) {
      const { life } = member
      await world.clock.sleep(world.rng.int(5, world.isChaos ? 1_000 : 50))
      const { commit, view } = await requireTaken(call)
      if (member.life !== life || !world.commit(commit, view)) {
        throw refusal()
      }
      return {} as ChainReceipt
    }
  }
  return chain as Chain
}
