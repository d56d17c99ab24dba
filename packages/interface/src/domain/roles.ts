export type Role = 'miner' | 'oracle' | 'router'

/** As the registry stores them: one bit a role. */
export const ROLE_BITS: Readonly<Record<Role, number>> = { miner: 1, oracle: 2, router: 4 }

export const ROLES: readonly Role[] = ['miner', 'oracle', 'router']

export function rolesToBits(roles: readonly Role[]): number {
  return roles.reduce((bits, role) => bits | ROLE_BITS[role], 0)
}

export function bitsToRoles(bits: number): Role[] {
  return ROLES.filter((role) => (bits & ROLE_BITS[role]) !== 0)
}
