import { sessionIdOf } from '@cortensor/contracts'
import {
  type Address,
  type Chain,
  CortensorError,
  type EpochNumber,
  type NodeId,
  type Session,
  type SessionId
} from '@cortensor/interface'
import { createMemoryLogger, createMemoryMetrics, createVirtualClock } from '@cortensor/memory'
import { settlementProof } from '@cortensor/proofs'
import type { Settlement } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { createOracleMetrics } from '../src/metrics.js'
import { createSettler, type Settlements } from '../src/settler.js'

const TURN_MS = 3_000
const due = { node: 'node' as NodeId, operator: `0x${'11'.repeat(20)}` as Address, amount: 5n }
const settlement = (number: number, spent: bigint, dues = [due]): Settlement => ({
  ...{ session: sessionIdOf(number), spent: spent + 7n, final: spent, credited: 0n, dues }
})
const ofEpoch = (epoch: number, settlements: Settlement[], turn = 0): Settlements => {
  const cumulative = [{ operator: due.operator, amount: 9n }]
  return { report: { epoch: epoch as EpochNumber, state: { cumulative, settlements, slashings: [] } as never }, turn }
}

function create(settled: Record<number, bigint>, simulate: () => Promise<void> = async () => {}) {
  const clock = createVirtualClock()
  const metrics = createMemoryMetrics()
  const sent: { session: SessionId; cumulative: bigint; proof: readonly string[] }[] = []
  let reads = 0
  const onChain = new Map(Object.entries(settled).map(([number, amount]) => [sessionIdOf(Number(number)), amount]))
  const chain = {
    async sessions({ ids }: { ids: readonly SessionId[] }) {
      reads += 1
      return ids.flatMap((id) => (onChain.has(id) ? [{ id, settled: onChain.get(id) } as Session] : []))
    },
    simulate,
    send: async (call: (typeof sent)[0]) => {
      sent.push(call)
      onChain.set(call.session, call.cumulative)
    }
  } as unknown as Chain
  const settler = createSettler({
    chain,
    clock,
    logger: createMemoryLogger(),
    metrics: createOracleMetrics(metrics),
    turnMs: TURN_MS
  })
  const counted = (outcome: string) => metrics.value('cortensor_oracle_settlements_total', { outcome })
  return { clock, settler, sent, counted, reads: () => reads, onChain }
}

describe('the settler', () => {
  it('settles what was spent and is not settled, with the proof of its report', async () => {
    const { clock, counted, sent, settler } = create({ 1: 3n, 2: 8n, 3: 0n })
    const settlements = [settlement(1, 7n), settlement(2, 8n), settlement(3, 4n, [])]
    const round = ofEpoch(4, settlements)
    settler.schedule(round)
    await clock.advance(1)
    const found = settlementProof(round.report.state, sessionIdOf(1))
    expect(sent).toMatchObject([{ type: 'settleSession', session: sessionIdOf(1), cumulative: 7n, proof: found?.proof }])
    expect(counted('sent')).toBe(1)
  })

  it('waits for its turn, and sends nothing when another one was quicker', async () => {
    const { clock, onChain, sent, settler } = create({ 1: 0n })
    settler.schedule(ofEpoch(4, [settlement(1, 7n)], 2))
    await clock.advance(2 * TURN_MS - 1)
    expect(sent).toEqual([])
    onChain.set(sessionIdOf(1), 7n)
    await clock.advance(10)
    expect(sent).toEqual([])
  })

  it('pursues the newest epoch only, whose root is the one that counts', async () => {
    const { clock, sent, settler } = create({ 1: 0n })
    settler.schedule(ofEpoch(4, [settlement(1, 7n)], 1))
    await clock.advance(1_000)
    settler.schedule(ofEpoch(5, [settlement(1, 9n)], 0))
    await clock.advance(10_000)
    expect(sent).toMatchObject([{ cumulative: 9n }])
  })

  it('hashes the leaves of a report once, however many sessions it settles', async () => {
    const { clock, sent, settler } = create({ 1: 0n, 2: 0n, 3: 0n })
    const round = ofEpoch(4, [settlement(1, 7n), settlement(2, 8n), settlement(3, 9n)])
    let trees = 0
    const state = {
      ...round.report.state,
      get cumulative() {
        trees++
        return []
      }
    }
    settler.schedule({ ...round, report: { ...round.report, state } })
    await clock.advance(10_000)
    expect([sent.length, trees]).toEqual([3, 1])
    await settler.stop()
  })

  it('asks nothing while nobody owes anything, and goes on after a refusal', async () => {
    const { clock, counted, reads, settler } = create({ 1: 0n }, async () => {
      throw new CortensorError('CHAIN_REVERTED', 'no', { details: { reason: 'InvalidSettlement' } })
    })
    settler.schedule(ofEpoch(4, [settlement(1, 7n, [])]))
    await clock.advance(10)
    expect(reads()).toBe(0)
    settler.schedule(ofEpoch(5, [settlement(1, 7n)]))
    await clock.advance(10)
    expect(counted('failed')).toBe(1)
    await settler.stop()
  })
})
