import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchGate } from '../src/child/batch-gate.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the gate of batches', () => {
  it('lets nothing run beside what has to be alone, and everything in the order of its arrival', async () => {
    const arrivals = fc.array(fc.record({ isAlone: fc.boolean(), turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 30 })
    const property = fc.asyncProperty(arrivals, async (all) => {
      const gate = new BatchGate()
      const started: number[] = []
      const running = new Set<number>()
      let most = 0
      const outcomes = await Promise.allSettled(
        all.map(({ fails, isAlone, turns }, i) =>
          gate.run(isAlone, async () => {
            started.push(i)
            expect(running.size === 0 || !(isAlone || [...running].some((other) => all[other]?.isAlone))).toBe(true)
            running.add(i)
            most = Math.max(most, running.size)
            for (let left = turns; left > 0; left--) {
              await turn()
            }
            running.delete(i)
            if (fails) {
              throw new Error('as asked')
            }
            return i
          })
        )
      )
      expect(started).toEqual(all.map((_, i) => i))
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(all.map(({ fails }) => fails))
      expect(most > 1 || all.every(({ isAlone, turns }, i) => isAlone || turns === 0 || all[i + 1]?.isAlone !== false)).toBe(true)
    })
    await fc.assert(property, { numRuns: 50 })
  })
})
