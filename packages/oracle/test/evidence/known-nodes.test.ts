import type { NodeId, Registration } from '@cortensor/interface'
import { createVirtualClock } from '@cortensor/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { createKnownNodes } from '../../src/evidence/known-nodes.js'
import type { Head } from '../../src/head.js'

const [registered, newcomer, bound, member, sybil] = ['registered', 'newcomer', 'bound', 'member', 'sybil'] as NodeId[] as [
  NodeId,
  NodeId,
  NodeId,
  NodeId,
  NodeId
]

describe('the nodes that are known', () => {
  let clock = createVirtualClock()
  let reads = 0
  let isDown = false
  let nodes: NodeId[] = []
  let head: Head | null = null
  const registrations = async (): Promise<Registration[]> => {
    reads++
    if (isDown) {
      throw new Error('no RPC answers')
    }
    return nodes.map((nodeId) => ({ nodeId }) as Registration)
  }
  const create = () => createKnownNodes({ chain: { registrations }, clock, head: () => head })

  beforeEach(() => {
    clock = createVirtualClock()
    reads = 0
    isDown = false
    nodes = [registered]
    head = null
  })

  it('are those of the registry, of the state and of the committee', async () => {
    const known = create()
    const state = { bindings: [{ node: bound }] }
    head = { state, committee: { members: [{ nodeId: member }] } } as unknown as Head
    const answers = await Promise.all([registered, bound, member, sybil].map((node) => known.has(node)))
    expect(answers).toEqual([true, true, true, false])
  })

  it('are looked up once in a while, however many strangers speak', async () => {
    const known = create()
    for (let i = 0; i < 1_000; i++) {
      expect(await known.has(`sybil ${i}` as NodeId)).toBe(false)
    }
    expect(reads).toBe(1)
    nodes.push(newcomer)
    expect(await known.has(newcomer)).toBe(false)
    await clock.advance(3_000)
    expect(await Promise.all([known.has(newcomer), known.has(sybil)])).toEqual([true, false])
    expect(reads).toBe(2)
  })

  it('stay known while no RPC answers; before it ever did nobody is turned away', async () => {
    isDown = true
    const known = create()
    expect(await known.has(sybil)).toBe(true)
    isDown = false
    await clock.advance(3_000)
    expect(await known.has(sybil)).toBe(false)
    isDown = true
    await clock.advance(3_000)
    expect(await Promise.all([known.has(registered), known.has(sybil)])).toEqual([true, false])
  })
})
