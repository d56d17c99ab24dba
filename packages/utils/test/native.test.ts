import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as browser from '../src/native/browser.js'
import * as node from '../src/native/node.js'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('what Node.js does and what JavaScript does', () => {
  it('has the same names', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort())
  })

  it('is the same', () => {
    fc.assert(
      fc.property(bytes, bytes, (value, other) => {
        expect(browser.toHex(value)).toBe(node.toHex(value))
        expect(browser.fromHex(node.toHex(value))).toEqual(value)
        expect(browser.toBase64(value)).toBe(node.toBase64(value))
        expect(browser.fromBase64(node.toBase64(value))).toEqual(value)
        expect(browser.toLatin1(value)).toBe(node.toLatin1(value))
        const same = other.byteLength === value.byteLength ? other : value.slice()
        expect(browser.isEqual(value, same)).toBe(node.isEqual(value, same))
      })
    )
  })

  it('is the same length of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(browser.utf8Length(text)).toBe(node.utf8Length(text))
      })
    )
  })

  it('refuses the same texts as base64', () => {
    const text = fc.oneof(fc.string({ maxLength: 12 }), fc.base64String({ maxLength: 12 }))
    fc.assert(
      fc.property(text, (value) => {
        const isSpelledSo = ({ fromBase64, toBase64 }: typeof browser): boolean => toBase64(fromBase64(value)) === value
        expect(isSpelledSo(browser)).toBe(isSpelledSo(node))
      })
    )
  })
})
