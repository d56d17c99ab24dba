import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ARBITRARIES } from './helpers/arbitraries.js'
import { CODECS } from './helpers/codecs.js'

describe.each(Object.keys(CODECS))('%s', (message) => {
  const codec = CODECS[message]!
  const values = ARBITRARIES[message]!

  it('decodes to the value that was encoded', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value)
      })
    )
  })

  it('encodes equal values to equal bytes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = codec.encode(value)
        expect(codec.encode(codec.decode(bytes))).toEqual(bytes)
      }),
      { numRuns: 30 }
    )
  })
})
