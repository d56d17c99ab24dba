import { PUBLIC_PARAMS } from '@cortensor/config'
import type { Address, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import type { AuthorMessage, AuthorStage, Commission } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawCommissions, isCoolingDown } from '../src/authoring/commissions.js'
import { type AuthoringEvent, type AuthoringState, beginAuthoring, reduceAuthoring } from '../src/index.js'
import { hashOf } from './world.js'

const params = PUBLIC_PARAMS
const { quizCreateMs, quizPrepareMs } = params.deadlines
const { authorCoolDownEpochs, authorSeats } = params.quiz
const epoch = 9 as EpochNumber
const prev = `0x${'ab'.repeat(32)}` as Hex32
const T = 1_000_000

const commission = (stage: AuthorStage, rank: number, node: string, of = epoch): Commission => ({
  ...{ epoch: of, stage, rank, node: node as NodeId }
})
const commissions = [
  commission('create', 0, 'resting', 8 as EpochNumber),
  ...[commission('create', 0, 'c0'), commission('create', 1, 'c1')],
  ...[commission('prepare', 0, 'p0'), commission('prepare', 1, 'p1')]
]
const base = { epoch, prev, commissions, authored: [] }
const begun = beginAuthoring(base, T)

const create = (sender: string, change: Partial<Extract<AuthorMessage, { type: 'create' }>> = {}): AuthorMessage => ({
  ...{ type: 'create', id: `theme of ${sender}`, sender: sender as NodeId, epoch, prev },
  ...{ category: 'facts', topic: 'what a capital is', subTopic: 'Vienna', ...change }
})
const prepare = (sender: string, theme = 'theme of c0', questions = ['Tell me about Vienna.']): AuthorMessage => ({
  ...{ type: 'prepare', id: `questions of ${sender}`, sender: sender as NodeId, theme, questions }
})
const said = (message: AuthorMessage, atMs: number): AuthoringEvent => ({ type: 'message', message, atMs })
const run = (events: readonly AuthoringEvent[], from: AuthoringState = begun) => {
  const faults: (string | null)[] = []
  const state = events.reduce((before, event) => {
    const step = reduceAuthoring(before, event, params)
    faults.push(step.fault)
    return step.state
  }, from)
  return { state, faults }
}

describe('the authoring of an open challenge', () => {
  it('is created, prepared, and asked once', () => {
    const events = [said(create('c0'), T + 100), said(prepare('p0'), T + 200)]
    const { faults, state } = run(events)
    expect(faults).toEqual([null, null])
    expect(state).toMatchObject({ phase: 'ready', created: { sender: 'c0' }, prepared: { sender: 'p0' } })
    expect(run([{ type: 'asked' }, said(prepare('p1'), T + 300)], state)).toMatchObject({
      state: { phase: 'over' },
      faults: [null, 'late']
    })
    // A thing that is ready waits for its round.
    expect(run([{ type: 'time', atMs: T + 10 ** 7 }], state).state.phase).toBe('ready')
  })

  it('goes to the next in order when one is silent, and to nobody when all are', () => {
    expect(run([said(create('c1'), T + quizCreateMs)]).state.phase).toBe('prepare')
    const prepared = run([said(create('c0'), T), said(prepare('p1'), T + quizPrepareMs)])
    expect(prepared.state.phase).toBe('ready')
    expect(run([{ type: 'time', atMs: T + 2.5 * quizCreateMs }]).state.phase).toBe('create')
    expect(run([{ type: 'time', atMs: T + 2.5 * quizCreateMs + 1 }]).state.phase).toBe('over')
    expect(run([said(create('c0'), T), { type: 'time', atMs: T + 2.5 * quizPrepareMs + 1 }]).state.phase).toBe('over')
    expect(beginAuthoring({ ...base, commissions: [] }, T).phase).toBe('over')
    expect(beginAuthoring({ ...base, commissions: [commission('create', 0, 'c0')] }, T).phase).toBe('over')
  })

  it.each<[string, readonly AuthoringEvent[], string]>([
    ['a stranger', [said(create('x'), T)], 'not_commissioned'],
    ['who was drawn for the other stage', [said(create('p0'), T)], 'not_commissioned'],
    ['another epoch', [said(create('c0', { epoch: 8 as EpochNumber }), T)], 'not_commissioned'],
    ['another fork', [said(create('c0', { prev: `0x${'cd'.repeat(32)}` as Hex32 }), T)], 'not_commissioned'],
    ['who rests', [said(create('resting'), T)], 'cooling_down'],
    ['who is not next yet', [said(create('c1'), T + 0.4 * quizCreateMs)], 'early'],
    ['whose turn is over', [said(create('c0'), T + 1.6 * quizCreateMs)], 'late'],
    ['who comes second', [said(create('c0'), T), said(create('c1'), T + quizCreateMs)], 'late'],
    ['who writes again', [said(create('c0'), T), said(create('c0', { subTopic: 'Rome' }), T + 1)], 'twice'],
    ['questions before a theme', [said(prepare('p0'), T)], 'unasked'],
    ['questions about another theme', [said(create('c0'), T), said(prepare('p0', 'theme of c1'), T)], 'unasked'],
    ['a theme without its form', [said(create('c0', { subTopic: '<|im_end|>' }), T)], 'malformed'],
    ['questions without their form', [said(create('c0'), T), said(prepare('p0', 'theme of c0', ['Vienna?!']), T)], 'malformed'],
    ['questions off the theme', [said(create('c0'), T), said(prepare('p0', 'theme of c0', ['Tell me about Rome.']), T)], 'astray']
  ])('refuses %s', (_who, events, fault) => {
    const { faults } = run(events)
    expect(faults.at(-1)).toBe(fault)
    expect(faults.slice(0, -1).every((one) => one === null)).toBe(true)
  })

  it('refuses a theme that was asked lately', () => {
    const row = { epoch: 8 as EpochNumber, roundId: 'r' as never, creator: 'c' as NodeId, preparer: 'p' as NodeId }
    const authored = [{ ...row, category: 'facts' as const, topic: 'what a capital is', subTopic: 'Vienna', isAccepted: true }]
    expect(run([said(create('c0'), T)], beginAuthoring({ ...base, authored }, T)).faults).toEqual(['repeated'])
  })

  it('only moves on, takes one theme and one set of questions, and a fault changes nothing', () => {
    const event = fc.oneof(
      fc
        .tuple(fc.constantFrom('c0', 'c1', 'x', 'resting'), fc.nat(20_000))
        .map(([who, ms]): AuthoringEvent => said(create(who), T + ms)),
      fc
        .tuple(fc.constantFrom('p0', 'p1', 'x'), fc.constantFrom('c0', 'c1'), fc.nat(40_000))
        .map(([who, of, ms]): AuthoringEvent => said(prepare(who, `theme of ${of}`), T + ms)),
      fc.nat(60_000).map((ms): AuthoringEvent => ({ type: 'time', atMs: T + ms })),
      fc.constant<AuthoringEvent>({ type: 'asked' })
    )
    const order = ['create', 'prepare', 'ready', 'over']
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let state = begun
        for (const one of events) {
          const next = reduceAuthoring(state, one, params)
          expect(reduceAuthoring(state, one, params)).toEqual(next)
          expect(order.indexOf(next.state.phase)).toBeGreaterThanOrEqual(order.indexOf(state.phase))
          if (state.created !== null) {
            expect(next.state.created).toBe(state.created)
          }
          if (state.prepared !== null) {
            expect(next.state.prepared).toBe(state.prepared)
          }
          if (next.fault !== null) {
            expect([next.state.created, next.state.prepared]).toEqual([state.created, state.prepared])
          }
          state = next.state
        }
        expect(state.prepared === null || state.prepared.theme === state.created?.id).toBe(true)
        expect(['c0', 'c1', undefined]).toContain(state.created?.sender)
        expect(['p0', 'p1', undefined]).toContain(state.prepared?.sender)
      })
    )
  })
})

describe('commissions', () => {
  const nodes = Array.from({ length: 12 }, (_, i) => `node ${String(i).padStart(2, '0')}` as NodeId)
  /** Two nodes an operator. */
  const operatorOf = (node: NodeId): Address => `operator ${Number(node.slice(-2)) >> 1}` as Address
  const candidatesOf = (some: readonly NodeId[]) => new Map(some.map((node) => [node, operatorOf(node)]))
  const draw = (some: readonly NodeId[], known: readonly Commission[] = [], seed: string | null = 'seed', of = epoch) =>
    drawCommissions({
      ...{ known, epoch: of, candidates: candidatesOf(some), operators: candidatesOf(nodes) },
      ...{ randomness: seed === null ? null : hashOf(seed), params }
    })
  const fresh = (drawn: readonly Commission[], of = epoch) => drawn.filter((one) => one.epoch === of)

  it('are of as many operators as there are seats, whatever the order, and everybody has a lot of its own', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...nodes)), fc.string(), (some, seed) => {
        const drawn = draw(some, [], seed)
        expect(draw(some.toReversed(), [], seed)).toEqual(drawn)
        const operators = drawn.map(({ node }) => operatorOf(node))
        expect(new Set(operators).size).toBe(operators.length)
        expect(drawn.length).toBe(Math.min(2 * authorSeats, new Set(some.map(operatorOf)).size))
        // Whoever leaves is followed by the others in their order.
        const order = (of: readonly Commission[]) =>
          of.toSorted((a, b) => a.rank - b.rank || (a.stage < b.stage ? -1 : 1)).map(({ node }) => node)
        const [first, ...rest] = order(drawn)
        const without = order(
          draw(
            some.filter((node) => first === undefined || operatorOf(node) !== operatorOf(first)),
            [],
            seed
          )
        )
        expect(without.slice(0, rest.length)).toEqual(rest)
      })
    )
  })

  it('let operators rest with all of their nodes, and are kept as long as that is known from them', () => {
    let known: Commission[] = []
    for (let i = 1; i <= 40; i++) {
      const of = i as EpochNumber
      const next = draw(nodes, known, `seed ${i}`, of)
      for (const { node } of fresh(next, of)) {
        expect(isCoolingDown(node, of, known, params)).toBe(false)
        const lately = known.filter((one) => one.epoch >= of - authorCoolDownEpochs)
        expect(lately.some((one) => operatorOf(one.node) === operatorOf(node))).toBe(false)
      }
      known = next
      expect(known.length).toBeLessThanOrEqual(2 * authorSeats * (authorCoolDownEpochs + 1))
    }
    // Twelve nodes of six operators, four seats, a rest of four epochs.
    expect(new Set(known.map(({ node }) => operatorOf(node))).size).toBe(known.length)
    const restless = { quiz: { ...params.quiz, authorCoolDownEpochs: 0 } }
    const again = drawCommissions({
      ...{ known: draw(nodes), epoch: 10 as EpochNumber, candidates: candidatesOf(nodes), randomness: hashOf('seed') },
      operators: candidatesOf(nodes),
      params: restless
    })
    expect(fresh(again, 10 as EpochNumber).map(({ node }) => node)).toEqual(fresh(again).map(({ node }) => node))
    expect(fresh(again)).toHaveLength(2 * authorSeats)
  })

  it('are nobody before there is randomness', () => {
    expect(draw(nodes, [], null)).toEqual([])
    expect(draw(nodes, [commission('create', 0, 'c')], null)).toHaveLength(1)
  })

  it('find everybody in turn', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 600; i++) {
      for (const { node, stage } of draw(nodes, [], `seed ${i}`)) {
        counts.set(`${stage} ${node}`, (counts.get(`${stage} ${node}`) ?? 0) + 1)
      }
    }
    // 100 times each on average, with a deviation below 10.
    expect(counts.size).toBe(24)
    expect(Math.min(...counts.values())).toBeGreaterThan(55)
    expect(Math.max(...counts.values())).toBeLessThan(150)
  })
})
