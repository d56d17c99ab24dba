import type { NodeId } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openedRound, type RoundEvent, type RoundPhase, type RoundState, reduceRound } from '../src/index.js'
import { miners, params } from './world.js'

const timing = { ...params, deadlines: { ...params.deadlines, quizPrecommitMs: 1_000, quizRevealMs: 500 } }
const { categoriesPerRound: _, ...asked } = params.quiz
const OPENED_MS = 10_000
const [SEALED_BY_MS, SHOWN_BY_MS] = [OPENED_MS + 1_000, OPENED_MS + 1_500]
const opened = openedRound({ ...asked, categories: ['text'], level: 1, openedMs: OPENED_MS }, timing)
const [x, y] = miners.map(({ nodeId }) => nodeId) as [NodeId, NodeId]

const PHASES: readonly RoundPhase[] = ['precommit', 'commit', 'end']
const event: fc.Arbitrary<RoundEvent> = fc
  .record({
    type: fc.constantFrom('precommit' as const, 'reveal' as const, 'time' as const),
    node: fc.constantFrom(...miners.map(({ nodeId }) => nodeId)),
    afterMs: fc.integer({ min: 0, max: 1_800 })
  })
  .map(({ afterMs, node, type }) => ({ type, node, atMs: OPENED_MS + afterMs }))
const inTime = (events: readonly RoundEvent[]): RoundEvent[] => events.toSorted((a, b) => a.atMs - b.atMs)
const play = (events: readonly RoundEvent[]): RoundState => events.reduce((state, one) => reduceRound(state, one).state, opened)

describe('a round', () => {
  it('takes each answer once, sealed and then shown, each until its own deadline', () => {
    const sealed = reduceRound(opened, { type: 'precommit', node: x, atMs: SEALED_BY_MS })
    expect(sealed).toMatchObject({ fault: null, state: { phase: 'precommit' } })
    const then = (type: 'precommit' | 'reveal', node: NodeId, atMs: number) => reduceRound(sealed.state, { type, node, atMs })
    expect(then('precommit', x, SEALED_BY_MS).fault).toBe('twice')
    expect(then('precommit', y, SEALED_BY_MS + 1).fault).toBe('late')
    expect(then('reveal', y, SEALED_BY_MS + 1).fault).toBe('unpromised')
    expect(then('reveal', x, SHOWN_BY_MS)).toMatchObject({ fault: null, state: { phase: 'end' } })
    expect(then('reveal', x, SHOWN_BY_MS + 1).fault).toBe('late')
  })

  it('only moves on, and a fault changes nothing but the time', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let state: RoundState = opened
        for (const one of events) {
          const { fault, state: next } = reduceRound(state, one)
          expect(next.phase === 'void' || PHASES.indexOf(next.phase) >= PHASES.indexOf(state.phase)).toBe(true)
          expect(state.phase === 'void' ? next.phase : 'void').toBe('void')
          if (fault !== null || one.type === 'time') {
            expect([next.sealed, next.shown]).toEqual([state.sealed, state.shown])
          }
          expect([...next.shown].every((node) => next.sealed.has(node))).toBe(true)
          state = next
        }
      }),
      { numRuns: 300 }
    )
  })

  it('counts what was sealed and shown in time, whatever else is said', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }).map(inTime), (events) => {
        const state = play(events)
        const first = (type: 'precommit' | 'reveal', node: NodeId, sinceMs: number, untilMs: number) =>
          events.find(
            (one) => one.type === type && 'node' in one && one.node === node && one.atMs >= sinceMs && one.atMs <= untilMs
          )
        for (const { nodeId } of miners) {
          const seal = first('precommit', nodeId, 0, SEALED_BY_MS)
          expect(state.sealed.has(nodeId)).toBe(seal !== undefined)
          const later = seal === undefined ? [] : events.slice(events.indexOf(seal))
          const isShown = later.some((one) => one.type === 'reveal' && one.node === nodeId && one.atMs < SHOWN_BY_MS)
          expect(isShown ? state.shown.has(nodeId) : true).toBe(true)
        }
      }),
      { numRuns: 300 }
    )
  })

  it('ends in exactly one of two ways without another word of its leader: counted when somebody sealed in time, else void', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }).map(inTime), (events) => {
        const over = reduceRound(play(events), { type: 'time', atMs: SHOWN_BY_MS + 1 }).state
        const wasSealed = events.some(({ atMs, type }) => type === 'precommit' && atMs <= SEALED_BY_MS)
        expect(over.phase).toBe(wasSealed ? 'end' : 'void')
        expect(reduceRound(over, { type: 'precommit', node: x, atMs: OPENED_MS }).state.phase).toBe(over.phase)
      }),
      { numRuns: 300 }
    )
  })

  it('is the same for every observer of the same events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        expect(play(events)).toEqual(play([...events]))
        expect(opened.sealed.size + opened.shown.size).toBe(0)
      }),
      { numRuns: 50 }
    )
  })
})
