import { bitsToRoles, ROLE_BITS, ROLES, rolesToBits } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('roles', () => {
  it('are one bit each, as the registry stores them', () => {
    expect(ROLE_BITS).toEqual({ miner: 1, oracle: 2, router: 4 })
    expect(ROLES.map((role) => ROLE_BITS[role])).toEqual([1, 2, 4])
  })

  it('round-trip through bits in any order, however often one is named', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ROLES)), (roles) => {
        expect(bitsToRoles(rolesToBits(roles))).toEqual(ROLES.filter((role) => roles.includes(role)))
      })
    )
    expect(bitsToRoles(255)).toEqual(ROLES)
  })
})
