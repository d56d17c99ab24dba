import { bitsToRoles, CortensorError, isCortensorError, rolesToBits } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'

describe('CortensorError', () => {
  it('survives a trip through its serialised form', () => {
    const error = new CortensorError('SOME_CODE', 'do this', { details: { port: 1 } })
    const copy = CortensorError.fromObject(structuredClone(error.toObject()))
    expect(copy).toMatchObject({ code: 'SOME_CODE', message: 'do this', details: { port: 1 } })
    expect(isCortensorError(copy)).toBe(true)
  })

  it('tells foreign errors apart', () => {
    expect(isCortensorError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false)
    expect(isCortensorError('SOME_CODE')).toBe(false)
  })
})

describe('roles', () => {
  it('round-trips through bits', () => {
    expect(bitsToRoles(rolesToBits(['router', 'miner']))).toEqual(['miner', 'router'])
  })
})
