import type { CompletionRequest, EpochNumber } from '@cortensor/interface'
import type { NodeSkill } from '@cortensor/protocols'
import { createRatings } from '@cortensor/scheduler'
import { isCorrect } from '@cortensor/scoring'
import { createSeededRng, utf8Length } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceOf, probeOf } from '../src/probes/probe.js'
import { shapeOf } from '../src/probes/shapes.js'
import { type Act, accepted, declined, end, token } from './scripted-miner.js'
import { createWorld, MODEL, SESSION, sessionOf } from './world.js'

const good: Act[] = [accepted, token('Hello'), token(' world'), end]
/** Thirty bytes; a common length among the catalogue's questions. */
const ASK = { messages: [{ role: 'user' as const, content: 'What is the meaning of it all?' }] }
const greedy = { sampling: { maxTokens: 100, temperature: 0 } }

const anyRequest: fc.Arbitrary<CompletionRequest> = fc.record(
  {
    model: fc.constantFrom('chat', 'auto'),
    messages: fc.array(
      fc.record({
        role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
        content: fc.string({ unit: 'grapheme', maxLength: 200 })
      }),
      { minLength: 1, maxLength: 6 }
    ),
    sampling: fc.record(
      {
        maxTokens: fc.integer({ min: 1, max: 500 }),
        temperature: fc.constantFrom(0, 0.2, 0.7, 1),
        topP: fc.constantFrom(0.9, 1),
        stop: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 })
      },
      { requiredKeys: [] }
    ),
    seed: fc.integer(),
    maxWaitMs: fc.integer({ min: 1, max: 9_999 }),
    category: fc.constantFrom('logic', 'facts')
  },
  { requiredKeys: ['model', 'messages', 'sampling'] }
)

describe('a probe', () => {
  it('has everything of its shape but the words, to the byte', () => {
    fc.assert(
      fc.property(anyRequest, fc.string(), (request, seed) => {
        const { request: probe } = probeOf(shapeOf(request), createSeededRng(seed))
        const { messages, seed: userSeed, ...rest } = probe
        const { messages: own, seed: ownSeed, ...same } = request
        expect(rest).toEqual(same)
        expect(messages.map(({ content, role }) => [role, utf8Length(content)])).toEqual(
          own.map(({ content, role }) => [role, utf8Length(content)])
        )
        expect(typeof userSeed).toBe(typeof ownSeed)
      }),
      { numRuns: 200 }
    )
  })

  it('is marked only where an able model would be right: one question, asked greedily, with room for the answer', () => {
    const rng = createSeededRng('mark')
    const shape = (change: Partial<CompletionRequest> = {}) => shapeOf({ model: 'chat', ...ASK, ...greedy, ...change })
    const marked = Array.from({ length: 50 }, () => probeOf(shape(), rng).item).filter((item) => item !== null)
    expect(marked.length).toBeGreaterThan(25)
    for (const item of marked) {
      expect(utf8Length(item.question)).toBe(30)
      expect(isCorrect(item, item.answer)).toBe(true)
      expect([chanceOf(item, -4), chanceOf(item, 0), chanceOf(item, 4)]).toEqual(
        [chanceOf(item, -4), chanceOf(item, 0), chanceOf(item, 4)].toSorted((a, b) => a - b)
      )
    }
    const unfit = [
      shape({ sampling: { maxTokens: 100, temperature: 1 } }),
      shape({ sampling: { maxTokens: 1, temperature: 0 } }),
      shape({ messages: [...ASK.messages, ...ASK.messages] }),
      shape({ sampling: { ...greedy.sampling, stop: ['\n'] } })
    ]
    expect(unfit.flatMap((one) => Array.from({ length: 20 }, () => probeOf(one, rng).item)).every((item) => item === null)).toBe(
      true
    )
  })
})

describe('a router that probes', () => {
  it('sends as many probes as it should, under the session of its requests, and tells nobody', async () => {
    const world = await createWorld({ session: SESSION, probeShare: 0.2 })
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }))
    await world.addMiner('one', good)
    await world.clock.advance(3_000)
    for (let i = 0; i < 100; i++) {
      await world.run({ ...ASK, ...greedy })
      await world.clock.advance(1_000)
    }
    const probes = world.asked.filter(({ payload }) => payload.messages[0]?.content !== ASK.messages[0]?.content)
    expect(world.asked.length - probes.length).toBe(100)
    expect(probes.length).toBeGreaterThan(8)
    expect(probes.length).toBeLessThan(35)
    expect(probes.every(({ header }) => header.sessionId === SESSION)).toBe(true)
    expect(world.finished).toHaveLength(100)
    expect((await world.clock.complete(world.role.status())).tasks.completed).toBe(100)
  })

  it('does nothing of the kind unless it is told to', async () => {
    const world = await createWorld()
    await world.addMiner('one', good)
    for (let i = 0; i < 50; i++) {
      await world.run({ ...ASK, ...greedy })
      await world.clock.advance(1_000)
    }
    expect(world.asked).toHaveLength(50)
  })

  it('stops with a probe on its way', async () => {
    const world = await createWorld({ probeShare: 1 })
    await world.addMiner('one', [accepted, 400, token('a'), end])
    await world.run(ASK)
    await world.run(ASK)
    await world.clock.advance(300)
    const before = world.asked.length
    await world.clock.complete(world.role.stop())
    await world.clock.advance(10_000)
    expect(world.asked).toHaveLength(before)
  })

  it('gives less to a miner that is good at quizzes alone', async () => {
    const world = await createWorld({ probeShare: 0.5 })
    // As able as the other by its reports, and wrong at every probe.
    const wrong = await world.addMiner('wrong', good)
    const other = await world.addMiner('other', [declined('busy')])
    const skills = [wrong, other]
      .map(({ signer }) => signer.nodeId)
      .toSorted()
      .map((node): NodeSkill => {
        const row = { node, model: MODEL, category: 'logic', meanMilli: 2_000, sdMilli: 100, priorMilli: 0, items: 20 } as const
        return { ...row, epoch: 1 as EpochNumber }
      })
    await world.commitEpoch(1, [], true, [], skills)
    await world.clock.advance(1_000)
    /** Of the requests that it was the first to be asked. */
    const shareOf = async (label: string): Promise<number> => {
      const before = world.asked.length
      for (let i = 0; i < 20; i++) {
        await world.run({ ...ASK, ...greedy })
        // Never quite regular: a probe needs a pause that is longer than one before.
        await world.clock.advance(1_000 + (i % 7) * 100)
      }
      const asked = world.asked.slice(before).filter(({ header }) => header.attempt === 1)
      return asked.filter(({ miner }) => miner === label).length / asked.length
    }
    for (let i = 0; i < 4; i++) {
      await shareOf('wrong')
    }
    expect(await shareOf('wrong')).toBeLessThan(0.3)
  })
})

describe('what probes say of a miner', () => {
  it('lowers its standing by as much as it falls short of its skill, and fades', () => {
    const ratings = createRatings()
    const [honest, false_] = ['honest', 'false'] as never[]
    for (let i = 0; i < 20; i++) {
      ratings.observe({ type: 'probed', nodeId: honest as never, isRight: i % 5 !== 0, expected: 0.8 }, 0)
      ratings.observe({ type: 'probed', nodeId: false_ as never, isRight: i % 5 === 0, expected: 0.8 }, 0)
    }
    expect(ratings.candour(honest as never, 0)).toBeCloseTo(1)
    expect(ratings.candour(false_ as never, 0)).toBeCloseTo(8 / 20)
    expect(ratings.candour(false_ as never, 10 * 6 * 3_600_000)).toBeGreaterThan(0.98)
    expect(ratings.candour('unknown' as never, 0)).toBe(1)
  })
})
