import type { CompletionEvent, NodeId, TaskId } from '@cortensor/interface'
import type { MemoryNode } from '@cortensor/memory'
import {
  AUDIT_LIMITS,
  auditedAnswers,
  encodeAuditRequest,
  encodeTaskHeader,
  OPEN_SESSION,
  streamProtocol
} from '@cortensor/protocols'
import { startAll } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { accepted, CID, end, token } from './scripted-miner.js'
import { createWorld, MODEL, params, type World } from './world.js'

describe('the key of a private task', () => {
  let world: World
  let auditor: MemoryNode
  let stranger: MemoryNode
  let taskId: TaskId
  let header: Uint8Array
  let salt: Uint8Array
  let minerId: NodeId
  let commit: () => Promise<void>
  beforeEach(async () => {
    world = await createWorld()
    const miner = await world.addMiner('one', [accepted, token('x'), end])
    auditor = world.node('auditor')
    stranger = world.node('stranger')
    await world.clock.complete(startAll([auditor.network, stranger.network]))
    const done = (await world.run({ privacy: 'private' })).at(-1) as Extract<CompletionEvent, { type: 'end' }>
    taskId = done.taskId
    const asked = world.asked.at(-1) as World['asked'][number]
    header = encodeTaskHeader(asked.header)
    salt = asked.salt
    minerId = miner.signer.nodeId
    const row = { taskId, router: world.own.signer.nodeId, miner: miner.signer.nodeId, model: MODEL, transcript: CID }
    const result = { ...row, promptTokens: 3, completionTokens: 1, session: OPEN_SESSION, fee: 0n }
    const [answer] = auditedAnswers({ results: [result], outcomes: [], opinions: [] })
    const drawn = { epoch: 1, round: 0, auditors: [auditor.signer.nodeId], drawnMs: 1, isPlanted: false, earlier: [] } as const
    commit = async () => {
      await world.commitEpoch(1, [result], true, [], [], [], [{ ...answer!, ...drawn, auditors: [...drawn.auditors] } as never])
    }
  })

  const ask = (by: MemoryNode, subject = taskId, told: Uint8Array | null = header, asking?: NodeId): Promise<Uint8Array[]> => {
    const collect = async (): Promise<Uint8Array[]> => {
      const router: NodeId = world.own.signer.nodeId
      const frames: Uint8Array[] = []
      const request = encodeAuditRequest({ subject, miner: asking ?? minerId, header: told })
      for await (const frame of by.network.request(router, streamProtocol(world.networkId, 'audit'), request)) {
        frames.push(frame)
      }
      return frames
    }
    return world.clock.complete(collect().catch(() => []))
  }

  const draw = async (): Promise<void> => {
    await commit()
    await world.clock.advance(1_000)
  }

  it('is told to the auditor that was drawn, and to nobody else', async () => {
    await draw()
    expect(await ask(auditor)).toEqual([salt])
    expect(await ask(stranger)).toEqual([])
  })

  it('is asked for by the drawn auditor alone: the streams of others are not read, and its own no longer than votes can be told', async () => {
    await draw()
    const serves = world.handled.get(streamProtocol(world.networkId, 'audit'))?.serves
    const [drawn, strange] = [auditor.signer.nodeId, stranger.signer.nodeId]
    expect([serves?.(drawn), serves?.(strange)]).toEqual([true, false])
    await world.clock.advance(params.audit.windowMs)
    expect([serves?.(drawn), serves?.(strange)]).toEqual([false, false])
  })

  it('is told of an own task alone, by its very header', async () => {
    await draw()
    expect(await ask(auditor, taskId, null)).toEqual([])
    expect(await ask(auditor, taskId, header.with(10, header[10]! ^ 1))).toEqual([])
    expect(await ask(auditor, '0'.repeat(64) as TaskId)).toEqual([])
    expect(await ask(auditor, taskId, header, stranger.signer.nodeId)).toEqual([])
  })

  it('is told after a restart, by a router that has kept nothing but its identity', async () => {
    await draw()
    await world.clock.complete(world.role.stop())
    const again = world.create()
    await world.clock.complete(again.start())
    await world.clock.advance(1_000)
    expect(await ask(auditor)).toEqual([salt])
    await world.clock.complete(again.stop())
  })

  it('is not told without end', async () => {
    await draw()
    for (let i = 0; i < AUDIT_LIMITS.maxServings; i++) {
      expect(await ask(auditor)).toEqual([salt])
    }
    expect(await ask(auditor)).toEqual([])
  })

  it('is told when the report can be read at last', async () => {
    await world.clock.complete(world.oracle.network.stop())
    await commit()
    await world.clock.advance(params.audit.windowMs / 2)
    expect(await ask(auditor)).toEqual([])
    await world.clock.complete(world.oracle.network.start())
    await world.clock.advance(params.audit.windowMs / 4)
    expect(await ask(auditor)).toEqual([salt])
  })
})
