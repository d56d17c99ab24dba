import type { EpochNumber } from '@cortensor/interface'
import { memoryNodeId } from '@cortensor/memory'
import { describe, expect, it } from 'vitest'
import { ratingsOf } from '../src/ratings-of.js'

const [measured, unknown] = [memoryNodeId('measured'), memoryNodeId('unknown')]
const epoch = 7 as EpochNumber

describe('the ratings of a report', () => {
  it('have the capacity of whom it has measured, be anything else known of it or not', () => {
    const none = { epoch, honesty: [], reputations: [], skills: [] }
    const row = { node: measured, epoch, games: 3, answeredTokens: 900, rightTokens: 400 }
    const ratings = ratingsOf({ ...none, throughputs: [row] })
    expect(ratings.get(measured)).toEqual({ model: null, skills: new Map(), isHonest: true, standing: 'in-test', capacity: 400 })
    expect(ratings.has(unknown)).toBe(false)
    const reputations = [{ node: unknown, epoch, rounds: 1, stages: {} }]
    expect(ratingsOf({ ...none, reputations, throughputs: [row] }).get(unknown)?.capacity).toBe(0)
  })
})
