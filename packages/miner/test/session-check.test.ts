import type { ChainCall, ModelId, NodeId, SessionId, SessionTerms } from '@cortensor/interface'
import { OPEN_SESSION, type TaskHeader } from '@cortensor/protocols'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSessionCheck } from '../src/session-check.js'
import { createWorld, MODEL, otherModel, type World } from './world.js'

const terms: SessionTerms = {
  ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0, reservedNodes: 0 },
  ...{ reserveSeconds: 0, maxExecutions: 0, maxPrice: 2_000_000n }
}

describe('the check of a session', () => {
  let world: World
  let id: SessionId
  let reads: number
  let check: (header: TaskHeader, router: NodeId) => Promise<string | null>
  const send = async (call: ChainCall) => {
    const done = world.router.chain.send(call)
    await world.clock.advance(2_000)
    return done
  }
  const ask = async (header: Partial<TaskHeader> = {}, router = world.router.signer.nodeId) => {
    const full = { sessionId: id, modelId: MODEL, priceMicroPerKilotoken: 1_000, maxTokens: 100, ...header } as TaskHeader
    return world.clock.complete(check(full, router))
  }
  const deposit = async (amount: bigint) => {
    await send({ type: 'faucet', to: world.router.signer.operator, amount })
    await send({ type: 'approve', spender: world.chain.deployment.sessions, amount })
    await send({ type: 'depositSession', session: id, amount })
  }

  beforeEach(async () => {
    world = await createWorld()
    const { nodeId } = world.router.signer
    await send({ type: 'createSession', terms, model: null, name: '', metadata: '', routers: [nodeId] })
    const [session] = await world.router.chain.sessions()
    id = session?.id as SessionId
    reads = 0
    const { chain } = world.node
    const counting: typeof chain = {
      ...chain,
      sessions: (options) => {
        reads += 1
        return chain.sessions(options)
      }
    }
    check = createSessionCheck({ ...world.node, chain: counting } as never)
  })
  afterEach(() => world.stop())

  it('lets a header pass that the escrow covers, and reads the chain once for many', async () => {
    await deposit(100n)
    for (let i = 0; i < 5; i++) {
      expect(await ask()).toBeNull()
    }
    expect(reads).toBe(1)
    await world.clock.advance(6_000)
    expect(await ask()).toBeNull()
    await world.clock.advance(10)
    expect(reads).toBe(2)
  })

  it('refuses what the session does not pay for', async () => {
    await deposit(100n)
    expect(await ask({ maxTokens: 101 })).toContain('escrow')
    expect(await ask({ priceMicroPerKilotoken: 2_001, maxTokens: 1 })).toContain('price')
    expect(await ask({}, world.node.signer.nodeId)).toContain('list')
    expect(await ask({ sessionId: '07'.repeat(32) as SessionId })).toContain('no such session')
    const profile = { terms, name: '', metadata: '' }
    await send({ type: 'updateSession', session: id, ...profile, model: otherModel as ModelId })
    await world.clock.advance(2_000)
    expect(await ask({ maxTokens: 101 })).toContain('another model')
    await send({ type: 'updateSession', session: id, ...profile, model: null })
  })

  it('looks again soon when a deposit was missing', async () => {
    expect(await ask()).toContain('escrow')
    await deposit(100n)
    expect(await ask()).toBeNull()
  })

  it('is for nothing under the open session', async () => {
    expect(await ask({ sessionId: OPEN_SESSION, priceMicroPerKilotoken: 0 })).toBeNull()
    expect(await ask({ sessionId: OPEN_SESSION })).toContain('open session')
    expect(reads).toBe(0)
  })

  it('takes nothing on trust while the chain cannot be read', async () => {
    world.chain.setOutage(true)
    expect(await ask()).toContain('cannot be read')
    world.chain.setOutage(false)
  })
})
