import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenDecoder } from '../src/text/token-decoder.js'

/** A vocabulary where token n stands for the nth piece of bytes. */
function decode(pieces: Uint8Array[]): string[] {
  const decoder = new TokenDecoder((ids) => Buffer.concat(ids.map((id) => pieces[id]!)).toString('utf8'))
  return [...pieces.map((_, id) => decoder.push(id)), decoder.flush()]
}

describe('TokenDecoder', () => {
  it('holds an incomplete character back until its last byte', () => {
    const bytes = [...Buffer.from('é😀')].map((byte) => Uint8Array.of(byte))
    expect(decode(bytes)).toEqual(['', 'é', '', '', '', '😀', ''])
  })

  it('gives out the complete part of a token that ends inside a character', () => {
    const [first, second] = [Buffer.from('go ü').subarray(0, 4), Buffer.from('ü!').subarray(1)]
    expect(decode([first, second])).toEqual(['go ', 'ü!', ''])
  })

  it('lets a real replacement character and broken bytes through', () => {
    expect(decode([Buffer.from('\uFFFD'), Buffer.from('a')]).join('')).toBe('\uFFFDa')
    expect(decode([Uint8Array.of(0xf0, 0x9f)]).join('')).toMatch(/^\uFFFD+$/)
  })

  it('gives back any text, wherever the tokens cut its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.array(fc.nat(200), { maxLength: 40 }), (text, cuts) => {
        const bytes = Buffer.from(text)
        const sorted = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((a, b) => a - b)
        const pieces = [0, ...sorted].map((from, i) => bytes.subarray(from, sorted[i] ?? bytes.length))
        const texts = decode(pieces)
        expect(texts.join('')).toBe(bytes.toString('utf8'))
      })
    )
  })
})
