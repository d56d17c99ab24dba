import type { Chain, ChainCall, CommittedEpoch } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import { deriveReport, initialLedger } from '@cortensor/scoring'
import { describe, expect, it } from 'vitest'
import { agreed, answer, committee, epoch, fetchFrom, GENESIS_MS, minerX, presence, round } from '../../scoring/test/world.js'
import { type Client, claimRewards } from '../src/index.js'

const genesis = initialLedger(GENESIS_MS)
const quiz = await round(genesis)
const items = [await presence(minerX), quiz.open, ...(await answer(quiz, minerX)).all]
const { blocks, cid, commit, report } = deriveReport((await epoch(genesis, agreed({ items }))).input)
const { cumulative } = report.state
const { operator } = minerX
const earned = cumulative.find((entry) => entry.operator === operator)?.amount ?? 0n

interface World {
  /** What the contract says to every claim, one after the other: another epoch comes first, or not. */
  claims?: ('paid' | 'refused' | 'another epoch came first' | 'another epoch is about to come')[]
  paidBefore?: bigint
  epochs?: number
}

function world({ claims = ['paid'], epochs = 1, paidBefore = 0n }: World) {
  let last = epochs
  const sent: ChainCall[] = []
  const depths: (number | undefined)[] = []
  const chain: Partial<Chain> = {
    lastCommit: async () => (last === 0 ? null : ({ ...commit, epoch: last, reportCid: cid } as CommittedEpoch)),
    committee: async () => committee,
    claimed: async () => paidBefore,
    send: async (call, options) => {
      const outcome = claims[sent.length] ?? 'paid'
      sent.push(call)
      depths.push(options?.confirmations)
      if (outcome !== 'paid') {
        if (outcome === 'another epoch came first') {
          last += 1
        } else if (outcome === 'another epoch is about to come') {
          setTimeout(() => {
            last += 1
          }, 150)
        }
        const reason = outcome === 'refused' ? 'ClaimsExceedRewards' : 'InvalidProof'
        throw new CortensorError('CHAIN_REVERTED', `The contract refused the call: ${reason}()`, { details: { reason } })
      }
      return {
        transactionHash: `0x${'77'.repeat(32)}`,
        block: { number: 1, hash: `0x${'88'.repeat(32)}`, timestampMs: 0 },
        gasUsed: 1n
      } as never
    }
  }
  const client = { chain, fetch: fetchFrom(blocks) } as unknown as Client
  return { claim: (confirmations?: number) => claimRewards(client, operator, confirmations), sent, depths }
}

describe('a claim', () => {
  it('asks for all that was earned, with its proof, and tells what is new in it', async () => {
    const { claim, sent } = world({ paidBefore: 5n })
    expect(earned).toBeGreaterThan(5n)
    expect(await claim()).toMatchObject({ operator, epoch: 1, paid: earned - 5n, cumulative: earned })
    expect(sent).toMatchObject([{ type: 'claim', operator, cumulative: earned }])
  })

  it('is told of when no reorg can take it back', async () => {
    const { claim, depths } = world({})
    await claim(3)
    await claim()
    expect(depths).toEqual([3, 1])
  })

  it('says so when there is nothing to pay', async () => {
    await expect(world({ epochs: 0 }).claim()).rejects.toMatchObject({ code: 'NODE_NOTHING_TO_CLAIM' })
    const { claim, sent } = world({ paidBefore: earned })
    await expect(claim()).rejects.toMatchObject({ code: 'NODE_NOTHING_TO_CLAIM', message: expect.stringContaining(operator) })
    expect(sent).toEqual([])
  })

  it('tries again with the newer report when an epoch came first', async () => {
    const { claim, sent } = world({ claims: ['another epoch came first', 'paid'] })
    expect(await claim()).toMatchObject({ epoch: 2, paid: earned })
    expect(sent).toHaveLength(2)
  })

  it('waits for an epoch that the chain has taken account of and does not show yet', async () => {
    const { claim, sent } = world({ claims: ['another epoch is about to come', 'paid'] })
    expect(await claim()).toMatchObject({ epoch: 2, paid: earned })
    expect(sent).toHaveLength(2)
  })

  it('does not try again when the contract refuses it for another reason, or forever', async () => {
    const refused = world({ claims: ['refused'] })
    await expect(refused.claim()).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
    expect(refused.sent).toHaveLength(1)
    const unlucky = world({ claims: Array.from({ length: 9 }, () => 'another epoch came first' as const) })
    await expect(unlucky.claim()).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
    expect(unlucky.sent).toHaveLength(3)
  })
})
