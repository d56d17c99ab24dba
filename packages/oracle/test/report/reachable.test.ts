import { cidFromHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createVirtualClock } from '@cortensor/memory'
import { createDeferred } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import type { HeldObservation } from '../../src/agreement/state.js'
import { reachableObservations } from '../../src/report/reachable.js'
import { hash, signer } from '../fixtures.js'

const QUORUM = 3
const PATIENCE_MS = 500
const MEMBERS = ['a', 'b', 'c', 'd']
const bucketOf = (name: string): CidString => cidFromHash(hash(`bucket of ${name}`))

/** Each member names one bucket, which comes when the test says so. */
function createWaiting() {
  const clock = createVirtualClock()
  const coming = new Map(MEMBERS.map((name) => [name, createDeferred<Uint8Array>()]))
  const buckets = new Map([...coming].map(([name, { promise }]) => [bucketOf(name), promise]))
  const held = MEMBERS.map((name) => ({ sender: signer(name).nodeId, observe: { buckets: [bucketOf(name)] } }) as HeldObservation)
  const leftOut: string[] = []
  const found = reachableObservations(held, buckets, {
    clock,
    patienceMs: PATIENCE_MS,
    quorum: QUORUM,
    onLeftOut: ({ sender }) => leftOut.push(MEMBERS.find((name) => signer(name).nodeId === sender) ?? '?')
  }).then((observations) => observations.map((one) => MEMBERS[held.indexOf(one)]))
  let result: (string | undefined)[] | undefined
  void found.then((names) => {
    result = names
  })
  return {
    clock,
    leftOut,
    result: () => result,
    give: (...names: string[]) => names.map((name) => coming.get(name)?.resolve(hash(name))),
    fail: (name: string) => coming.get(name)?.reject(new RangeError('gone'))
  }
}

describe('observations whose evidence can be had', () => {
  it('are all of them as soon as all is here, in the order given', async () => {
    const waiting = createWaiting()
    waiting.give('d', 'c', 'b')
    await waiting.clock.advance(PATIENCE_MS - 1)
    expect(waiting.result()).toBeUndefined()
    waiting.give('a')
    await waiting.clock.advance(0)
    expect(waiting.result()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are a quorum once the time is over', async () => {
    const waiting = createWaiting()
    waiting.give('a', 'c', 'd')
    await waiting.clock.advance(PATIENCE_MS)
    expect(waiting.result()).toEqual(['a', 'c', 'd'])
  })

  it('are waited for longer while they are no quorum', async () => {
    const waiting = createWaiting()
    waiting.give('a', 'c')
    await waiting.clock.advance(PATIENCE_MS * 4)
    expect(waiting.result()).toBeUndefined()
    waiting.give('b')
    await waiting.clock.advance(0)
    expect(waiting.result()).toEqual(['a', 'b', 'c'])
  })

  it('are those that are left when the evidence of the others cannot be had', async () => {
    const waiting = createWaiting()
    waiting.give('a', 'b')
    waiting.fail('c')
    waiting.fail('d')
    await waiting.clock.advance(0)
    expect(waiting.result()).toEqual(['a', 'b'])
    expect(waiting.leftOut.sort()).toEqual(['c', 'd'])
  })
})
