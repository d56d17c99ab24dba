import { describe, expect, it } from 'vitest'
import type { AgreementEffect } from '../../src/agreement/state.js'
import { committeeOf, createMember, proposeOf, reportOf, TIMING, timeoutOf } from './world.js'

const committee = committeeOf(4)
const report = reportOf('the report')
const types = (effects: readonly AgreementEffect[]): string[] => effects.map(({ type }) => type)
const certificate = (view: number, senders = [0, 1, 2], last: Parameters<typeof timeoutOf>[3] = null) =>
  senders.map((sender) => timeoutOf(committee, sender, view - 1, last))

describe('rule 6: the views', () => {
  it('time out after T0 times 1.5 for every view, at most an epoch', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    let at = TIMING.epochMs
    for (const [view, lasts] of [2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000].entries()) {
      expect(types(oracle.at(at + lasts - 1).tick())).not.toContain('timeout')
      expect(oracle.at(at + lasts).tick()).toMatchObject([{ type: 'timeout', view }])
      at += lasts
      oracle.at(at)
      oracle.timeout(3, view)
      oracle.timeout(0, view)
      // What the next leader needs and may not have got.
      expect(types(oracle.timeout(1, view))).toContain('observe')
      expect(oracle.state.view).toBe(view + 1)
    }
  })

  it('say it again until the view is left', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    expect(types(oracle.at(ends).tick())).toEqual(['timeout'])
    expect(oracle.at(ends + TIMING.viewMs - 1).tick()).toEqual([])
    expect(types(oracle.at(ends + TIMING.viewMs).tick())).toEqual(['timeout', 'observe'])
  })

  it('are given up with f+1 others, not with f', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    expect(oracle.timeout(0, 0)).toEqual([])
    expect(oracle.timeout(0, 0)).toEqual([])
    expect(oracle.timeout(9, 0)).toEqual([])
    expect(oracle.timeout(1, 0)).toMatchObject([{ type: 'timeout', view: 0 }])
    expect(oracle.state.view).toBe(0)
  })

  it('are left with a quorum of timeouts, also of later views', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.timeout(0, 0)
    oracle.timeout(1, 5)
    expect(oracle.state.view).toBe(0)
    oracle.timeout(3, 0)
    expect(oracle.state.view).toBe(1)
  })

  it('an early timeout of one faulty member keeps nobody from joining the others', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.at(TIMING.epochMs + TIMING.viewMs).tick()
    oracle.timeout(0, 0)
    oracle.timeout(1, 3)
    expect(oracle.timeout(2, 3)).toMatchObject([{ type: 'timeout', view: 3 }])
  })

  it('a member that is behind hears the last timeout of those who moved on, at most four times a T0', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    oracle.at(ends).tick()
    for (const from of [0, 1, 3]) {
      oracle.timeout(from, 0)
    }
    expect(oracle.state.view).toBe(1)
    expect(oracle.timeout(2, 0)).toEqual([])
    expect(types(oracle.at(ends + TIMING.viewMs / 4).timeout(2, 0))).toEqual(['timeout'])
    expect(oracle.timeout(2, 0)).toEqual([])
    expect(oracle.at(ends + TIMING.viewMs).timeout(2, 1)).toEqual([])
  })

  it('so does the one whose timeout ends the view, of a word that was said a while ago', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    oracle.at(ends).tick()
    for (const from of [3, 0]) {
      oracle.timeout(from, 0)
    }
    expect(oracle.state.view).toBe(0)
    expect(types(oracle.at(ends + TIMING.viewMs / 4).timeout(1, 0))).toEqual(['observe', 'timeout'])
    expect(oracle.state.view).toBe(1)
  })

  it('a single member far ahead moves nobody', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    for (let view = 0; view < 1_000; view++) {
      expect(oracle.timeout(0, view)).toEqual([])
    }
    expect(oracle.state.view).toBe(0)
  })

  it('a proposal with a certificate brings its view; without a quorum of other members it is nothing', () => {
    const bad = [
      certificate(1, [0, 1]),
      certificate(1, [0, 1, 1]),
      certificate(1, [0, 1, 9]),
      [...certificate(2, [0, 1]), timeoutOf(committee, 2, 0)]
    ]
    const viewAfter = (view: number, timeouts: ReturnType<typeof certificate>): number => {
      const oracle = createMember(committee, 3)
      oracle.begin()
      oracle.propose(view, proposeOf(committee, view, report), timeouts)
      return oracle.state.view
    }
    // The last one proves that view 0 is over, and not view 1.
    expect(bad.map((timeouts, i) => viewAfter(i === 3 ? 2 : 1, timeouts))).toEqual([0, 0, 0, 1])
    expect(viewAfter(1, certificate(1))).toBe(1)
    // Whoever gave up a later view is through with this one too.
    expect(viewAfter(1, [...certificate(1, [0, 1]), timeoutOf(committee, 2, 3)])).toBe(1)
  })

  it('whoever starts late learns from what came before', () => {
    const oracle = createMember(committee, 3)
    for (const from of [0, 1, 2]) {
      oracle.timeout(from, 2)
    }
    expect(oracle.state.view).toBe(0)
    oracle.begin()
    expect(oracle.state.view).toBe(3)
  })

  it('whoever was away for hundreds of views catches up', () => {
    const oracle = createMember(committee, 2)
    oracle.begin()
    oracle.propose(1, proposeOf(committee, 401, report), certificate(401, [0, 1, 3]))
    expect(oracle.state.view).toBe(401)
    const late = createMember(committee, 2)
    late.begin()
    late.timeout(0, 400)
    expect(late.timeout(1, 400)).toMatchObject([{ type: 'timeout', view: 400 }])
  })
})
