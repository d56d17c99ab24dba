import { LruMap } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const step = fc.record({ type: fc.constantFrom('get', 'set', 'delete', 'has'), key: fc.nat(6), value: fc.nat() })

describe('LruMap', () => {
  it('forgets what was used longest ago, as a list would that is kept in order once it is half full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
        const map = new LruMap<number, number>(limit)
        /** Most recently used last. */
        let model: [number, number][] = []
        for (const { type, key, value } of steps) {
          const found = model.find(([known]) => known === key)
          const others = model.filter(([known]) => known !== key)
          if (type === 'set') {
            map.set(key, value)
            model = [...others, [key, value] as [number, number]].slice(-limit)
          } else if (type === 'get') {
            expect(map.get(key)).toBe(found?.[1])
            model = found === undefined || model.length * 2 <= limit ? model : [...others, found]
          } else if (type === 'delete') {
            expect(map.delete(key)).toBe(found !== undefined)
            model = others
          } else {
            expect(map.has(key)).toBe(found !== undefined)
          }
          expect(map.size).toBe(model.length)
        }
      })
    )
  })
})
