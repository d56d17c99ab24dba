import { type Chain, type ChainCall, CortensorError, type Equivocation } from '@cortensor/interface'
import { createMemoryKeyValue, createMemoryLogger, type MemoryKeyValue } from '@cortensor/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAccuser } from '../src/accuser.js'
import { hash, hex32 } from './fixtures.js'

const evidence: Equivocation = {
  config: hex32('config'),
  index: 2,
  epoch: 7 as never,
  prev: hex32('six'),
  view: 1,
  attestations: [
    { digest: hex32('a'), signature: hash('signature a') },
    { digest: hex32('b'), signature: hash('signature b') }
  ]
}

describe('the accuser', () => {
  let keyValue: MemoryKeyValue
  let sent: ChainCall[]
  let fail: CortensorError<string> | null
  const create = (turn = 0) => {
    const chain = {
      simulate: async () => {
        if (fail !== null) {
          throw fail
        }
      },
      send: async (call: ChainCall) => {
        sent.push(call)
      }
    } as unknown as Chain
    return createAccuser({ chain, keyValue, logger: createMemoryLogger(), confirmationDepth: 2, turnOf: () => turn })
  }
  beforeEach(async () => {
    keyValue = createMemoryKeyValue()
    await keyValue.start()
    ;[sent, fail] = [[], null]
  })
  const blocks = async (accuser: ReturnType<typeof create>, from: number, to: number) => {
    for (let block = from; block <= to; block++) {
      await accuser.onBlock(block)
    }
  }

  it('reports once, when the block is final, with the evidence whole', async () => {
    const accuser = create()
    await accuser.accuse(evidence)
    await accuser.accuse(evidence)
    await blocks(accuser, 10, 11)
    expect(sent).toEqual([])
    await blocks(accuser, 12, 20)
    expect(sent).toEqual([{ type: 'reportEquivocation', evidence }])
    expect(keyValue.size).toBe(0)
  })

  it('lets those before it have their turn, and pays for nothing that was done', async () => {
    const accuser = create(2)
    await accuser.accuse(evidence)
    await blocks(accuser, 10, 17)
    expect(sent).toEqual([])
    fail = new CortensorError('CHAIN_REVERTED', 'AlreadyPunished')
    await blocks(accuser, 18, 30)
    expect([sent.length, keyValue.size]).toEqual([0, 0])
  })

  it('tries again after an RPC that was down, also after a restart', async () => {
    const accuser = create()
    await accuser.accuse(evidence)
    fail = new CortensorError('CHAIN_RPC_UNREACHABLE', 'down')
    await blocks(accuser, 10, 13)
    expect([sent.length, keyValue.size]).toEqual([0, 1])
    keyValue.crash()
    await keyValue.start()
    fail = null
    await blocks(create(), 20, 22)
    expect(sent).toEqual([{ type: 'reportEquivocation', evidence }])
  })

  it('drops evidence that is torn', async () => {
    await keyValue.put('equivocation/torn', Uint8Array.of(1))
    await blocks(create(), 1, 9)
    expect([sent.length, keyValue.size]).toEqual([0, 0])
  })
})
