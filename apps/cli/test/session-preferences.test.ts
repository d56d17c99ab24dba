import { preferencesOf } from '@cortensor/scheduler'
import { expect, it } from 'vitest'
import { withPreferences } from '../src/session-preferences.js'

it('writes stakes where routers read them, beside what else stands there', () => {
  const metadata = withPreferences('{"minLevel":{"logic":5},"minStake":"7"}', { minStake: 200_000_000n, stakeAbove: 10_000n })
  expect(preferencesOf(metadata)).toEqual({
    dedicated: new Set(),
    minLevel: { logic: 5 },
    minStake: 200_000_000n,
    privacy: expect.any(String),
    stakeAbove: 10_000n
  })
  expect(preferencesOf(withPreferences('', { minStake: 1n }))).toMatchObject({ minStake: 1n, stakeAbove: 0n })
  expect(preferencesOf(withPreferences(metadata, { minStake: 0n }))).toMatchObject({ minStake: 0n, stakeAbove: 10_000n })
})

it('keeps privacy there, too', () => {
  const metadata = withPreferences('{"minStake":"7"}', { privacy: 'public' })
  expect(preferencesOf(metadata)).toMatchObject({ minStake: 7n, privacy: 'public' })
})

it('leaves metadata alone that asks for nothing new', () => {
  for (const metadata of ['', 'anything', '{"dedicated":[]}']) {
    expect(withPreferences(metadata, {})).toBe(metadata)
  }
})

it.each(['anything', '[]', '1', 'null'])('does not overwrite metadata that is %s', (metadata) => {
  expect(() => withPreferences(metadata, { minStake: 1n })).toThrow(expect.objectContaining({ code: 'CLI_BAD_OPTION' }))
})

it('refuses metadata that is too long for routers to read', () => {
  const metadata = JSON.stringify({ note: 'x'.repeat(9_000) })
  expect(() => withPreferences(metadata, { minStake: 1n })).toThrow(expect.objectContaining({ code: 'CLI_BAD_OPTION' }))
  expect(withPreferences(metadata, {})).toBe(metadata)
})
