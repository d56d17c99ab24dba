import type { NodeId, TaskId } from '@cortensor/interface'
import { createVirtualClock } from '@cortensor/memory'
import { describe, expect, it } from 'vitest'
import { createDrawnAuditors } from '../src/index.js'

const [x, y, z] = ['x', 'y', 'z'] as unknown as [NodeId, NodeId, NodeId]
const subject = 'ab'.repeat(32) as TaskId
const WINDOW_MS = 20_000

const create = (answers = 10) => {
  const clock = createVirtualClock()
  return { clock, drawn: createDrawnAuditors({ clock, windowMs: WINDOW_MS, answers, servings: 2 }) }
}

describe('who was drawn for an answer', () => {
  it('is served it so often, and nobody else, nor that of another miner to the same round', async () => {
    const { clock, drawn } = create()
    drawn.add({ subject, miner: x }, [y], clock.now())
    expect(drawn.takeServing({ subject, miner: x }, z)).toBe(false)
    expect(drawn.takeServing({ subject, miner: z }, y)).toBe(false)
    expect([1, 2, 3].map(() => drawn.takeServing({ subject, miner: x }, y))).toEqual([true, true, false])
  })

  it('stays so when a dispute draws others', async () => {
    const { clock, drawn } = create()
    drawn.add({ subject, miner: x }, [y], clock.now())
    drawn.add({ subject, miner: x }, [z], clock.now())
    expect([y, z].map((node) => drawn.takeServing({ subject, miner: x }, node))).toEqual([true, true])
  })

  it('is heard until the window of its last draw is over', async () => {
    const { clock, drawn } = create()
    drawn.add({ subject, miner: x }, [y], clock.now())
    await clock.advance(WINDOW_MS / 2)
    drawn.add({ subject, miner: z }, [y], clock.now())
    // An older one does not shorten it.
    drawn.add({ subject, miner: x }, [y], 0)
    expect([y, z].map(drawn.isDrawn)).toEqual([true, false])
    await clock.advance(WINDOW_MS - 1)
    expect(drawn.isDrawn(y)).toBe(true)
    await clock.advance(1)
    expect(drawn.isDrawn(y)).toBe(false)
  })

  it('is forgotten with the oldest answers', () => {
    const { clock, drawn } = create(2)
    const miners = ['a', 'b', 'c'] as NodeId[]
    for (const miner of miners) {
      drawn.add({ subject, miner }, [y], clock.now())
    }
    expect(miners.map((miner) => drawn.takeServing({ subject, miner }, y))).toEqual([false, true, true])
  })
})
