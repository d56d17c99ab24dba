import { runInNewContext } from 'node:vm'
import { CortensorError, errorMessage, isCortensorError } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('CortensorError', () => {
  it('survives a trip through its serialised form', () => {
    const details = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()))
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.option(details, { nil: undefined }), (code, message, facts) => {
        const error = new CortensorError(code, message, { details: facts })
        const copy = CortensorError.fromObject(structuredClone(error.toObject()))
        expect(copy.toObject()).toEqual(error.toObject())
        expect(isCortensorError(copy)).toBe(true)
        expect(copy).toBeInstanceOf(Error)
      })
    )
  })

  it('keeps its cause here, and does not send it anywhere', () => {
    const cause = new Error('secret')
    const error = new CortensorError('SOME_CODE', 'do this', { cause })
    expect(error.cause).toBe(cause)
    expect('cause' in new CortensorError('SOME_CODE', 'do this')).toBe(false)
    expect(JSON.stringify(error.toObject())).not.toContain('secret')
  })

  it('tells foreign errors apart', () => {
    expect(isCortensorError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false)
    expect(isCortensorError({ code: 'SOME_CODE', toObject() {} })).toBe(false)
    expect(isCortensorError('SOME_CODE')).toBe(false)
    expect(isCortensorError(null)).toBe(false)
  })
})

describe('errorMessage', () => {
  it('has a text for whatever was thrown', () => {
    expect(errorMessage(new Error('an error'))).toBe('an error')
    for (const thrown of ['text', 5, null, undefined, { a: 1 }, Symbol('s')]) {
      expect(errorMessage(thrown)).toBe(String(thrown))
    }
    expect(errorMessage(runInNewContext('new Error("elsewhere")'))).toContain('elsewhere')
  })
})
