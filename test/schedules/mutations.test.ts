import { describe, expect, test } from 'vitest'
import type { Invariant } from './invariants.js'
import type { Fault } from './member.js'
import { ALL_RULES, type Rules } from './rules.js'
import { runSchedule } from './schedule.js'

interface Mutation {
  rule: keyof Rules
  /** The first of these that fails is enough. */
  expected: readonly Invariant[]
  kinds: readonly Fault[]
  losesRecord?: boolean
}

/** What goes wrong without each rule, and under which faults it is looked for. */
const MUTATIONS: readonly Mutation[] = [
  { rule: 'recompute', expected: ['V1'], kinds: ['bad-root'] },
  { rule: 'oneDigestAView', expected: ['V4'], kinds: ['equivocate'] },
  { rule: 'quorum', expected: ['V5'], kinds: ['censor'] },
  { rule: 'attestations', expected: ['V1'], kinds: ['bad-root'] },
  { rule: 'fsync', expected: ['V4'], kinds: ['equivocate'] },
  { rule: 'recovery', expected: ['V4'], kinds: ['equivocate'], losesRecord: true },
  { rule: 'storage', expected: ['V7'], kinds: ['bad-root', 'censor', 'equivocate'] },
  { rule: 'chainHead', expected: ['rule 8'], kinds: ['silent'] }
]

/** More than enough: with a rule off most histories fail, and with all of them on none does. */
const MAX_SCHEDULES = 1_500

function failures(mutation: Mutation, rules: Rules, schedules: number): Set<Invariant> {
  const found = new Set<Invariant>()
  for (let i = 0; i < schedules && !mutation.expected.some((invariant) => found.has(invariant)); i++) {
    const losesRecord = mutation.losesRecord ?? false
    const init = { n: 7, faulty: 2, kinds: mutation.kinds, losesRecord, rules, seed: `mutation ${i}` }
    for (const { invariant } of runSchedule(init).violations) {
      found.add(invariant)
    }
  }
  return found
}

describe.each(MUTATIONS)('without the rule $rule', (mutation) => {
  test('a check fails', { timeout: 120_000 }, () => {
    const found = failures(mutation, { ...ALL_RULES, [mutation.rule]: false }, MAX_SCHEDULES)
    expect(mutation.expected.some((invariant) => found.has(invariant))).toBe(true)
  })

  test('and with it none does', () => {
    expect([...failures(mutation, ALL_RULES, 25)]).toEqual([])
  })
})

/** V2 is the contract's, V4 each member's own and V5 a matter of quorum sizes: these hold with any number of liars. */
describe('with f+1 faulty members', () => {
  const found = (n: number, faulty: number, kinds: readonly Fault[], invariant: Invariant): boolean =>
    Array.from({ length: 60 }, (_, i) => `f+1 ${i}`).some((seed) =>
      runSchedule({ n, faulty, kinds, losesRecord: false, seed }).violations.some((one) => one.invariant === invariant)
    )

  test.each([
    { n: 4, faulty: 2 },
    { n: 7, faulty: 3 }
  ])('of $n: those who attest whatever they like bring a made-up report on the chain', ({ faulty, n }) => {
    expect(found(n, faulty, ['bad-root'], 'V1')).toBe(true)
  })

  test.each([
    { n: 4, faulty: 2 },
    { n: 7, faulty: 3 }
  ])('of $n: those who are silent stop the committee', ({ faulty, n }) => {
    expect(found(n, faulty, ['silent'], 'V6')).toBe(true)
  })

  test('of 4: they need not show anybody what they committed', () => {
    expect(found(4, 2, ['bad-root'], 'V7')).toBe(true)
  })
})
