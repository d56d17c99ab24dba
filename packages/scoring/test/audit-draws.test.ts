import { hex32ToBytes } from '@cortensor/crypto'
import type { ModelId, NodeId } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { drawAudits, isDrawn } from '../src/index.js'
import { answered, audit, blockHash, draw, ejected } from './audit-world.js'
import { hex32Of, minerX, minerY, minerZ } from './world.js'

describe('the draw of audits', () => {
  it('asks two other operators that were measured with the model, the same for everybody', async () => {
    const { result, state } = await answered()
    const { drawn, undecided } = draw(state)
    expect(undecided).toEqual([])
    expect(drawn).toMatchObject([{ ...result, epoch: state.epoch, round: 0, drawnMs: state.cutoffMs }])
    expect(drawn[0]?.auditors.toSorted()).toEqual([minerY.nodeId, minerZ.nodeId].sort())
    expect(draw(structuredClone(state))).toEqual(draw(state))
  })

  it('asks nobody who has another model, was ejected, or is not bound', async () => {
    const { state } = await answered()
    const [, y, z] = [minerX, minerY, minerZ].map(({ nodeId }) => nodeId) as [NodeId, NodeId, NodeId]
    expect(draw({ ...state, honesty: [ejected(y)] }).drawn[0]?.auditors).toEqual([z])
    const other = state.skills.map((skill) => (skill.node === z ? { ...skill, model: 'ff'.repeat(32) as ModelId } : skill))
    expect(draw({ ...state, skills: other }).drawn[0]?.auditors).toEqual([y])
    expect(draw({ ...state, bindings: state.bindings.filter(({ node }) => node === minerX.nodeId) }).drawn).toEqual([])
    expect(drawAudits({ params: { ...audit, auditors: 0 }, state, blockHash }).drawn).toEqual([])
  })

  it('takes every answer of a newcomer, and a share of 2000 / (2000 + verified), at least 5 %, of others', () => {
    const step = 2n ** 48n / 20_000n
    const shareOf = (verified: number): number =>
      Array.from({ length: 20_000 }, (_, i) => isDrawn(step * BigInt(i), verified, audit)).filter(Boolean).length / 20_000
    expect([0, 2_000, 6_000, 38_000, 1_000_000].map(shareOf)).toEqual([1, 0.5, 0.25, 0.05, 0.05].map((x) => expect.closeTo(x, 3)))
  })

  it('follows from a block that nobody knew: another one draws otherwise', async () => {
    const { result, state } = await answered()
    const seen = new Set(
      Array.from({ length: 20 }, (_, i) =>
        draw({ ...state, digest: hex32Of(`digest ${i}`) })
          .drawn.map(({ auditors }) => auditors.join())
          .join()
      )
    )
    expect(seen.size).toBeGreaterThan(1)
    expect(hex32ToBytes(result.subject)).toHaveLength(32)
  })
})
