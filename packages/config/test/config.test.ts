import { CHAIN_NAMES, CHAINS, type NetworkParamsOverrides, PRESETS, type PresetName, resolveParams } from '@cortensor/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const presets = Object.keys(PRESETS) as PresetName[]

describe('presets', () => {
  it.each(presets)('%s fits its own schema', (preset) => {
    expect(resolveParams(preset)).toEqual(PRESETS[preset])
  })

  it.each(presets)('%s leaves each step the time that it needs', (preset) => {
    const { deadlines, epoch, reward } = PRESETS[preset]
    expect(deadlines.presenceLeaseMs).toBeGreaterThanOrEqual(2 * deadlines.presenceIntervalMs)
    expect(deadlines.quizPrecommitMs + deadlines.quizRevealMs).toBeLessThan(deadlines.quizIntervalMs)
    expect(deadlines.taskAckMs).toBeLessThan(deadlines.taskDeadlineMs)
    expect(deadlines.tokenGapMs).toBeLessThan(deadlines.taskDeadlineMs)
    expect(epoch.viewMs).toBeLessThan(epoch.epochMs)
    expect(epoch.heartbeatMs).toBeGreaterThanOrEqual(epoch.epochMs)
    expect(epoch.itemTtlMs).toBeGreaterThan(2 * epoch.epochMs)
    expect(reward.baseBps + reward.quizBps).toBe(10_000)
  })
})

describe('resolveParams', () => {
  const refusal = (overrides: unknown): string => {
    try {
      resolveParams('swarm', overrides as NetworkParamsOverrides)
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      expect(code).toBe('CONFIG_INVALID')
      return message
    }
    return 'taken'
  }

  it('replaces single values and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), (epochMs) => {
        const { epoch, ...rest } = PRESETS.swarm
        expect(resolveParams('swarm', { epoch: { epochMs } })).toEqual({ ...rest, epoch: { ...epoch, epochMs } })
      })
    )
  })

  it('takes amounts as numbers, texts and bigints', () => {
    for (const microPerSecond of [5, '5', 5n]) {
      const overrides = { reward: { microPerSecond } } as NetworkParamsOverrides
      expect(resolveParams('public', overrides).reward.microPerSecond).toBe(5n)
    }
  })

  it('names the value that does not fit', () => {
    expect(refusal({ epoch: { epochMs: 0 } })).toContain('epoch.epochMs')
    expect(refusal({ deadlines: { taskAckMs: 1.5 } })).toContain('deadlines.taskAckMs')
    expect(refusal({ quiz: { itemsPerCategory: 99 } })).toContain('quiz.itemsPerCategory')
    expect(refusal({ quiz: { categoriesPerRound: 4, capabilityItems: 24 } })).toContain('72 items')
    expect(refusal({ reward: { microPerSecond: 'many' } })).toContain('reward.microPerSecond')
    expect(refusal({ reward: { baseBps: 3_001 } })).toContain('10000')
  })

  it('refuses what it does not know', () => {
    expect(refusal({ epoch: { epochMilliseconds: 5 } })).toContain('epochMilliseconds')
    expect(refusal({ epochs: { epochMs: 5 } })).toContain('epochs')
  })
})

describe('known chains', () => {
  it.each(Object.values(CHAINS))('$title can hold what its parameters promise', ({ contracts, confirmationDepth, chainId }) => {
    const { microPerSecond, maxPaidMs } = PRESETS.public.reward
    // Oracles' clocks may differ a little: rewards stay a fifth below the cap.
    expect(microPerSecond * 5n).toBeLessThanOrEqual(contracts.maxRewardPerSecond * 4n)
    expect(contracts.claimDelaySeconds * 1000).toBeLessThanOrEqual(maxPaidMs)
    expect(contracts.settlementSeconds).toBeGreaterThan(contracts.claimDelaySeconds)
    expect(resolveParams('public', { epoch: { confirmationDepth } }).epoch.confirmationDepth).toBe(confirmationDepth)
    expect(Number.isSafeInteger(chainId)).toBe(true)
  })

  it('have different ids and names that say so', () => {
    expect(new Set(Object.values(CHAINS).map(({ chainId }) => chainId)).size).toBe(CHAIN_NAMES.length)
  })
})
