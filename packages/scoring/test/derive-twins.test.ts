import { cidFromHash } from '@cortensor/crypto'
import { encodeOracleMessage, type LedgerState, type Propose } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { bound, derive, excludedFrom } from './bound-world.js'
import { anchorWith, committee, hashOf, hex32Of, minerX, oracles, SESSION, seal, sessionOf, task } from './world.js'

describe('two proposals of one oracle in one view', () => {
  const [liar, honest] = oracles as [(typeof oracles)[number], (typeof oracles)[number]]
  const propose = (name: string, change: Partial<Propose> = {}, by = liar): Promise<Uint8Array> =>
    seal(
      by,
      'oracle',
      encodeOracleMessage({
        type: 'propose',
        instance: { config: committee.config, epoch: bound.epoch, prev: hex32Of('prev') },
        view: 0,
        report: cidFromHash(hashOf(name)),
        digest: hex32Of(name),
        timeouts: [],
        ...change
      })
    )
  const reasonsOf = async (items: readonly Uint8Array[], state: LedgerState = bound) =>
    excludedFrom((await derive(items, state)).report, items)

  it('stand in the next report', async () => {
    expect(await reasonsOf([await propose('one'), await propose('two')])).toEqual(['twin', 'twin'])
  })

  it('are two, however many there are', async () => {
    const reasons = await reasonsOf(await Promise.all(['one', 'two', 'three', 'four'].map((name) => propose(name))))
    expect(reasons.filter((reason) => reason === 'twin')).toHaveLength(2)
    expect(reasons.filter((reason) => reason === 'duplicate')).toHaveLength(2)
  })

  it('are of one view, one instance and one member of this committee', async () => {
    const of = { config: committee.config, epoch: bound.epoch }
    const others = await Promise.all([
      propose('two', { view: 1 }),
      propose('two', { instance: { ...of, prev: hex32Of('fork') } }),
      propose('two', {}, honest)
    ])
    expect(await reasonsOf([await propose('one'), ...others])).toEqual(Array(4).fill('incomplete'))
    expect(await reasonsOf([await propose('one', {}, minerX), await propose('two', {}, minerX)])).toEqual(
      Array(2).fill('not_allowed')
    )
    const before = { instance: { ...of, config: hex32Of('another committee'), prev: hex32Of('prev') } }
    expect(await reasonsOf([await propose('one', before), await propose('two', before)])).toEqual(Array(2).fill('not_allowed'))
  })

  it('of the same report are one proposal, said with another certificate', async () => {
    expect(
      await reasonsOf([await propose('one', { view: 1 }), await propose('one', { view: 1, timeouts: [new Uint8Array(9)] })])
    ).toEqual(['incomplete', 'incomplete'])
  })

  it('count in the report of the next epoch alone', async () => {
    const twins = [await propose('one'), await propose('two')]
    const at = (epoch: number): LedgerState => ({ ...bound, epoch: epoch as LedgerState['epoch'] })
    expect(await reasonsOf(twins, at(bound.epoch + 1))).toEqual(['expired', 'expired'])
    expect(await reasonsOf(twins, at(bound.epoch - 1))).toEqual(['too_early', 'too_early'])
  })

  it('cost their oracle its part of the fees of that epoch', async () => {
    const header = { sessionId: SESSION, priceMicroPerKilotoken: 5_000 }
    const { all } = await task({ name: 'paid', miner: minerX, tokens: 60, header })
    const anchor = anchorWith([sessionOf()])
    const paidBy = async (items: readonly Uint8Array[]) => {
      const { report } = await derive([...all, ...items], bound, { anchor })
      const due = new Set(report.state.settlements.flatMap(({ dues }) => dues.map(({ node }) => node)))
      return oracles.map(({ nodeId }) => due.has(nodeId))
    }
    expect(await paidBy([await propose('one')])).toEqual([true, true, true, true])
    expect(await paidBy([await propose('one'), await propose('two')])).toEqual([false, true, true, true])
  })
})
