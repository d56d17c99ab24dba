import type { EngineModel, Hex32, NodeId, SessionId } from '@cortensor/interface'
import { OPEN_SESSION, type TaskHeader } from '@cortensor/protocols'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTask } from '../src/handlers/open-task.js'
import { createWorld, MODEL, otherModel, type TaskInit, type World } from './world.js'

describe('a request', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  const models = [
    { id: MODEL, kind: 'chat' },
    { id: otherModel, kind: 'embedding' }
  ] as EngineModel[]
  const open = async (task: TaskInit = {}, by = world.router.signer, from: NodeId = world.router.signer.nodeId) => {
    const { bytes, taskId } = await world.request({ ...task, header: { priceMicroPerKilotoken: 100, ...task.header } }, by)
    const { networkId, node, verifier, clock } = world
    const init = { networkId, self: node.signer.nodeId, verifier, nowMs: clock.now(), from, models }
    const refuseSession = async ({ sessionId }: TaskHeader) => (sessionId === OPEN_SESSION ? null : 'no money')
    return { result: await openTask(bytes, { ...init, priceMicroPerKilotoken: 100, refuseSession }), taskId }
  }

  it('is taken when everything fits', async () => {
    const { result, taskId } = await open()
    expect(result).toMatchObject({
      task: { taskId, router: world.router.signer.nodeId, payload: { messages: [{ content: 'hello there' }] } }
    })
  })

  const now = 1_767_225_600_000
  it.each<[string, string, TaskInit]>([
    ['not_assigned', 'another miner', { assigned: ['12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq' as NodeId] }],
    ['expired', 'a deadline that is over', { header: { deadlineMs: now } }],
    ['invalid_request', 'another payload than the header commits to', { sentText: 'something else' }],
    ['invalid_request', 'more tokens than the header allows', { sampling: { maxTokens: 17 } }],
    ['model_unavailable', 'a model that is not here', { header: { modelId: 'ab'.repeat(32) as typeof MODEL } }],
    ['model_unavailable', 'a model that does not chat', { header: { modelId: otherModel } }],
    ['invalid_request', 'an unknown way to decode', { header: { decodeSpec: `0x${'11'.repeat(32)}` as Hex32 } }],
    ['invalid_request', 'a lower price', { header: { priceMicroPerKilotoken: 99 } }],
    ['unpaid', 'a session that does not pay', { header: { sessionId: '01'.repeat(32) as SessionId } }]
  ])('is declined as %s with %s', async (reason, _what, task) => {
    expect((await open(task)).result).toMatchObject({ declined: reason })
  })

  it('is declined when it comes from another router than the one that signed it', async () => {
    const stranger = world.signer('stranger')
    expect((await open({}, stranger)).result).toMatchObject({ declined: 'not_assigned' })
    expect((await open({}, world.router.signer, stranger.nodeId)).result).toMatchObject({ declined: 'not_assigned' })
  })

  it('that no honest router sends is an error of the wire', async () => {
    const { networkId, node, router, verifier, clock } = world
    const init = {
      networkId,
      self: node.signer.nodeId,
      verifier,
      from: router.signer.nodeId,
      models,
      priceMicroPerKilotoken: 0,
      refuseSession: async () => null
    }
    const { bytes } = await world.request()
    const broken = bytes.slice()
    broken[100] = (broken[100] as number) ^ 1
    const nowMs = clock.now()
    await expect(openTask(broken, { ...init, nowMs })).rejects.toMatchObject({ code: expect.stringMatching(/^WIRE_/) })
    await expect(openTask(bytes, { ...init, nowMs: nowMs + 60_001 })).rejects.toMatchObject({ code: 'WIRE_EXPIRED' })
    await expect(openTask(new Uint8Array(0), { ...init, nowMs })).rejects.toMatchObject({ code: expect.stringMatching(/^WIRE_/) })
    const foreign = { ...init, nowMs, networkId: '0123456789abcdef' as typeof networkId }
    await expect(openTask(bytes, foreign)).rejects.toMatchObject({ code: 'WIRE_WRONG_NETWORK' })
  })
})
