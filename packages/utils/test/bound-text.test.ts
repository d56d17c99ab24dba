import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundText, utf8Length } from '../src/index.js'

describe('boundText', () => {
  it('gives the longest well-formed beginning that fits', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 100 }), (text, maxBytes) => {
        const bounded = boundText(text, maxBytes)
        expect(bounded.isWellFormed()).toBe(true)
        expect(utf8Length(bounded)).toBeLessThanOrEqual(maxBytes)
        expect(text.startsWith(bounded)).toBe(true)
        const next = [...text.slice(bounded.length)][0]
        expect(next === undefined || utf8Length(bounded + next) > maxBytes).toBe(true)
      })
    )
  })

  it('mends half characters', () => {
    expect(boundText('a\ud83e', 10)).toBe('a\ufffd')
    expect(boundText('ab🦊', 5)).toBe('ab')
  })
})
