import type { BlockRef, Chain } from '@cortensor/interface'
import { roundRules } from '@cortensor/scoring'
import { describe, expect, it } from 'vitest'
import { createRoundOpener } from '../src/quiz/round-opener.js'
import { hex32, NOW_MS, params } from './fixtures.js'

const instance = { config: hex32('config'), epoch: 3 as never, prev: hex32('two') }
const { quizIntervalMs } = params.deadlines

const at = (of: typeof instance, view: number) => ({ instance: of, view, timeouts: [] })

const create = (blocks = 100) => {
  const chain = {
    block: async (number: number): Promise<BlockRef | null> =>
      number <= blocks ? { number, hash: hex32(`block ${number}`), timestampMs: NOW_MS } : null
  } as unknown as Chain
  return createRoundOpener({ chain, params })
}

describe('the round opener', () => {
  it('takes its seed from a block after the commit, and waits for it', async () => {
    expect(await create(10).next(at(instance, 0), 10, NOW_MS)).toBe(null)
    const opened = await create(11).next(at(instance, 0), 10, NOW_MS)
    expect(opened).toMatchObject({ epoch: 3, view: 0, index: 0, openedMs: NOW_MS, prev: instance.prev, seedBlock: 11 })
    expect(opened?.seedBlockHash).toBe(hex32('block 11'))
  })

  it('asks what the rules say', async () => {
    const opened = await create().next(at(instance, 1), 10, NOW_MS)
    expect(opened).toMatchObject(roundRules(opened as NonNullable<typeof opened>, params))
    expect(new Set(opened?.categories).size).toBe(params.quiz.categoriesPerRound)
  })

  it('waits an interval after whatever round was opened, by whomever, and counts on', async () => {
    const opener = create()
    const first = await opener.next(at(instance, 0), 10, NOW_MS)
    opener.opened(first as NonNullable<typeof first>)
    expect(await opener.next(at(instance, 0), 10, NOW_MS + quizIntervalMs - 1)).toBe(null)
    expect(await opener.next(at(instance, 0), 10, NOW_MS + quizIntervalMs)).toMatchObject({ index: 1 })
    expect(await opener.next(at(instance, 1), 10, NOW_MS + quizIntervalMs)).toMatchObject({ index: 0 })
    expect(await opener.next(at({ ...instance, epoch: 4 as never }, 0), 10, NOW_MS + quizIntervalMs)).toMatchObject({ index: 0 })
  })
})
