import type { Signer } from '@cortensor/interface'
import { encodeResultMessage, type LedgerState, type TaskHeader } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { deriveReport } from '../src/index.js'
import { derive, excludedFrom, first, proved } from './bound-world.js'
import { agreed, epoch, GENESIS_MS, minerX, minerY, presence, router, seal, type TaskInit, task } from './world.js'

/** Long over when the epoch ends. */
const OVER: Partial<TaskHeader> = { deadlineMs: GENESIS_MS + 70_000 }

/** The state after an epoch in which the router's operator was bound, too. */
const { state } = await derive([await presence(router)], proved)

async function taken(name: string, by: Signer = minerX, init: Partial<TaskInit> = {}) {
  const sealed = await task({ name, miner: by, header: OVER, ...init })
  const acknowledgement = await seal(by, 'result', encodeResultMessage({ type: 'acknowledgement', taskId: sealed.taskId }))
  return { ...sealed, acknowledgement, undone: [sealed.header, acknowledgement] }
}

const deriveFrom = async (items: readonly Uint8Array[], from: LedgerState = state) => derive(items, from)

describe('a task that was taken and left undone', () => {
  it('stands in the report, once, and in the record of its miner', async () => {
    const one = await taken('one')
    const { report, state: next } = await deriveFrom(one.undone)
    expect(report.failures).toEqual([{ taskId: one.taskId, router: router.nodeId, miner: minerX.nodeId }])
    expect(report.exclusions).toEqual([])
    const stagesOf = (from: LedgerState) => from.reputations.find(({ node }) => node === minerX.nodeId)?.stages
    expect(stagesOf(next)?.task).toEqual({ entered: 500, succeeded: 0 })
    const again = await deriveFrom(one.undone, next)
    expect(again.report.failures).toEqual([])
    expect(excludedFrom(again.report, [one.acknowledgement])).toEqual(['consumed'])
    expect(again.report.state.reputations.find(({ node }) => node === minerX.nodeId)).toEqual(
      next.reputations.find(({ node }) => node === minerX.nodeId)
    )
  })

  it('is none when it was done, or may still be done, or is nobody else’s word but the router’s', async () => {
    const done = await taken('done')
    const early = await taken('early', minerX, { header: { deadlineMs: GENESIS_MS + 190_000 } })
    const unsigned = await taken('unsigned')
    const foreign = await taken('foreign', minerY, { header: { ...OVER, assigned: [minerX.nodeId] } })
    const late = await taken('late')
    const items = [
      ...done.all,
      done.acknowledgement,
      ...early.undone,
      unsigned.header,
      ...foreign.undone,
      late.header,
      late.commit
    ]
    const { report } = await deriveFrom([...items, late.acknowledgement])
    expect(report.failures).toEqual([])
    expect(report.results.map(({ taskId }) => taskId)).toEqual([done.taskId])
    const acknowledgements = [done, early, foreign, late].map(({ acknowledgement }) => acknowledgement)
    expect(excludedFrom(report, acknowledgements)).toEqual(['duplicate', 'too_early', 'not_allowed', 'duplicate'])
    expect(excludedFrom(report, [unsigned.header])).toEqual(['incomplete'])
  })

  it('counts once for a node and an operator of routers in an epoch; the rest waits', async () => {
    const many = await Promise.all(['a', 'b', 'c'].map((name) => taken(name)))
    const other = await taken('d', minerY)
    const items = [...many, other].flatMap(({ undone }) => undone)
    const firstReport = await deriveFrom(items)
    expect(firstReport.report.failures.map(({ miner }) => miner).sort()).toEqual([minerX.nodeId, minerY.nodeId].sort())
    expect(firstReport.report.exclusions.map(({ reason }) => reason)).toEqual(['over_limit', 'over_limit'])
    const secondReport = await deriveFrom(items, firstReport.state)
    expect(secondReport.report.failures).toHaveLength(1)
    expect(secondReport.report.failures[0]?.taskId).not.toBe(firstReport.report.failures[0]?.taskId)
  })

  it('needs a router whose operator is known: a key costs nothing', async () => {
    const one = await taken('stranger')
    const { input } = await epoch(proved, agreed({ items: one.undone }), first.cid)
    const { report } = deriveReport(input)
    expect(report.failures).toEqual([])
    expect(excludedFrom(report, [one.acknowledgement])).toEqual(['unknown_node'])
  })
})
