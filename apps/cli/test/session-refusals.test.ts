import { type Address, CortensorError, type EpochNumber, type UnixMs } from '@cortensor/interface'
import type { SessionView } from '@cortensor/node'
import { expect, it } from 'vitest'
import { explainRefusal } from '../src/session-refusals.js'

const OWNER = `0x${'11'.repeat(20)}` as Address
const session = {
  ...{ number: 3, owner: OWNER },
  closed: { lastEpoch: 7 as EpochNumber, releaseAtMs: Date.UTC(2030, 0, 2) as UnixMs }
} as SessionView

const refused = (reason: string): CortensorError =>
  new CortensorError('CHAIN_REVERTED', `The contract refused the call: ${reason}()`, { details: { reason } })

it('says in words why the contract refused', () => {
  const told = (reason: string): string => String(explainRefusal(refused(reason), session))
  expect(told('NotOwner')).toContain(`Session 3: it belongs to ${OWNER}`)
  expect(told('StillSettling')).toContain('until 2030-01-02T00:00:00.000Z and until epoch 8 is committed')
  expect(told('SessionIsOpen')).toContain('close it first')
  expect(explainRefusal(refused('NoAmount'), session)).toMatchObject({ code: 'CLI_SESSION_REFUSED' })
})

it('leaves other failures as they are', () => {
  for (const error of [refused('Panic'), new CortensorError('CHAIN_UNREACHABLE', 'no RPC answers'), new TypeError('boom')]) {
    expect(explainRefusal(error, session)).toBe(error)
  }
})
