import type { CompletionEvent } from '@cortensor/interface'
import { encodeTaskHeader, taskIdOf } from '@cortensor/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, accepted, CID, declined, end, token } from './scripted-miner.js'
import { createWorld, MODEL, modelId, offer, params, textOf, type World } from './world.js'

const good: Act[] = [accepted, token('Hello'), token(' world'), end]
const types = (events: readonly CompletionEvent[]): string[] => events.map(({ type }) => type)
const last = (events: readonly CompletionEvent[]): CompletionEvent | undefined => events.at(-1)
const { taskAckMs, taskDeadlineMs, tokenGapMs } = params.deadlines

describe('a completion', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  const attempts = (outcome: string): number => world.metrics.value('cortensor_router_attempts_total', { outcome })

  describe('that goes well', () => {
    it('is assigned, streamed and ended', async () => {
      const miner = await world.addMiner('one', good)
      const events = await world.run()
      expect(types(events)).toEqual(['assigned', 'delta', 'delta', 'end'])
      expect(textOf(events)).toBe('Hello world')
      expect(last(events)).toMatchObject({
        miner: miner.signer.nodeId,
        finishReason: 'stop',
        usage: { promptTokens: 3, completionTokens: 2 },
        fingerprint: 'engine',
        cid: CID
      })
      expect(world.finished).toMatchObject([{ status: 'completed', miners: [miner.signer.nodeId], cid: CID }])
    })

    it('broadcasts a header that assigns the task, and sends the payload to the miner alone', async () => {
      const miner = await world.addMiner('one', good)
      const events = await world.run({ seed: -1, sampling: { maxTokens: 8, temperature: 0.5 } })
      const [asked] = world.asked
      await world.clock.advance(50)
      expect(world.headers).toEqual([asked?.header])
      expect(asked?.header).toMatchObject({
        assigned: [miner.signer.nodeId],
        modelId: MODEL,
        maxTokens: 8,
        attempt: 1,
        priceMicroPerKilotoken: 0
      })
      expect(asked?.payload).toMatchObject({ messages: [{ content: 'hello' }], seed: 2n ** 64n - 1n })
      expect(asked?.payload.sampling).toMatchObject({ temperature: 0.5, topP: 1, stop: [] })
      const taskId = taskIdOf(world.networkId, world.own.signer.nodeId, encodeTaskHeader(asked?.header as never))
      expect(last(events)).toMatchObject({ taskId })
    })

    it('keeps the header from the mesh until the first token has gone out, or until the task ends', async () => {
      await world.addMiner('one', [accepted, 500, token('a'), 500, token('b'), 500, end], { totalSlots: 8, freeSlots: 8 })
      const answer = world.collect()
      await world.clock.advance(900)
      expect([world.asked.length, world.headers.length]).toEqual([1, 0])
      await world.clock.advance(200)
      expect(world.headers).toEqual([world.asked[0]?.header])
      expect(textOf(await world.clock.complete(answer))).toBe('ab')
      expect(world.headers).toHaveLength(1)
      const leaving = new AbortController()
      world.clock.after(300, () => leaving.abort())
      await expect(world.clock.complete(world.collect({}, leaving.signal))).rejects.toMatchObject({ name: 'AbortError' })
      await world.clock.advance(50)
      expect(world.headers).toEqual(world.asked.map(({ header }) => header))
      expect(world.headers).toHaveLength(2)
    })

    it('shows around that a miner took a task, when nothing came of it', async () => {
      const { signer } = await world.addMiner('drops', [accepted, token('a'), 'throw'])
      expect(last(await world.run())?.type).toBe('failed')
      await world.clock.advance(100)
      const header = encodeTaskHeader(world.asked[0]?.header as never)
      const taskId = taskIdOf(world.networkId, world.own.signer.nodeId, header)
      expect(world.acknowledged).toEqual([{ miner: signer.nodeId, taskId }])
      expect(world.headers).toHaveLength(1)
    })

    it('does not take a miner at its word that does not sign it, and says nothing of one that it left itself', async () => {
      const unsigned = { type: 'queued' as const, ahead: 0, acknowledgement: new Uint8Array(64) }
      await world.addMiner('unsigned', [unsigned, ...good])
      expect(last(await world.run())).toMatchObject({ type: 'failed' })
      await world.addMiner('slow', [accepted, 'forever'])
      const leaving = new AbortController()
      world.clock.after(50, () => leaving.abort())
      await world.clock.complete(world.collect({}, leaving.signal)).catch(() => {})
      await world.clock.advance(100)
      expect(world.acknowledged).toEqual([])
    })

    it('finds a model by its id too', async () => {
      await world.addMiner('one', good)
      expect(last(await world.run({ model: MODEL }))?.type).toBe('end')
    })

    it('shares the work between miners, by what it has given to each', async () => {
      for (const label of ['one', 'two', 'three', 'four']) {
        await world.addMiner(label, [accepted, 500, token('x'), end], { totalSlots: 1, freeSlots: 1 })
      }
      await world.clock.complete(Promise.all([1, 2, 3, 4].map(() => world.collect())))
      expect(new Set(world.asked.map(({ miner }) => miner)).size).toBe(4)
    })

    it('does not hand out the empty pieces of an unfinished character', async () => {
      await world.addMiner('one', [accepted, token(''), token('é'), end])
      expect(types(await world.run())).toEqual(['assigned', 'delta', 'end'])
    })
  })

  describe('without a miner', () => {
    it('fails with no_miner while nobody lives', async () => {
      expect(await world.run()).toMatchObject([{ type: 'failed', failure: 'no_miner', taskId: null }])
    })

    it('knows a model that nobody has from one that nobody has right now', async () => {
      await world.addMiner('one', good, { models: [offer({ name: 'rare', id: modelId('rare') })] })
      await world.addMiner('two', good)
      expect(await world.run({ model: 'nonsense' })).toMatchObject([{ failure: 'model_not_found' }])
      await world.outlive()
      await world.addMiner('three', good)
      expect(await world.run({ model: 'rare' })).toMatchObject([{ failure: 'no_miner' }])
      expect(await world.run({ model: modelId('rare') })).toMatchObject([{ failure: 'no_miner' }])
      expect(await world.run({ model: 'nonsense' })).toMatchObject([{ failure: 'model_not_found' }])
    })

    it('does not ask one that wants money for a task that nobody pays for', async () => {
      await world.addMiner('dear', good, { models: [offer({ priceMicroPerKilotoken: 1 })] })
      expect(await world.run()).toMatchObject([{ failure: 'no_miner' }])
      await world.addMiner('free', good)
      expect(last(await world.run())?.type).toBe('end')
      expect(world.asked.map(({ miner }) => miner)).toEqual(['free'])
    })

    it('does not ask a node whose lease has lapsed, or that is no miner, or that only embeds', async () => {
      await world.addMiner('old', good)
      await world.outlive()
      await world.addMiner('other router', good, { roles: ['router'] })
      await world.addMiner('embedder', good, { models: [offer({ kind: 'embedding' })] })
      expect(types(await world.run())).toEqual(['failed'])
      expect(world.asked).toEqual([])
    })
  })

  describe('whose first miner does not do it', () => {
    const bad: [string, Act[], string][] = [
      ['is busy', [declined('busy')], 'declined'],
      ['has lost the model', [declined('model_unavailable')], 'declined'],
      ['says nothing', ['forever'], 'timeout'],
      ['falls silent after it took it', [accepted, 'forever'], 'timeout'],
      ['fails', [accepted, { type: 'failed', code: 'ENGINE_CRASHED', message: 'crashed' }], 'failed'],
      ['breaks the stream', [accepted, 'throw'], 'failed'],
      ['ends without an end', [accepted], 'failed'],
      ['ends before it took it', [end], 'failed'],
      ['answers before it took it', [token('x'), end], 'failed'],
      ['queues what it took', [accepted, { type: 'queued', ahead: 0 }, end], 'failed'],
      ['takes it twice', [accepted, accepted, end], 'failed'],
      ['declines what it took', [accepted, declined('context_length_exceeded')], 'failed'],
      ['sends what is no frame', [Uint8Array.of(255, 255)], 'failed'],
      ['sends more than was asked for', [accepted, token('', 9), end], 'failed']
    ]
    it.each(bad)('because it %s goes to another one', async (_what, acts, outcome) => {
      await world.addMiner('bad', acts, { totalSlots: 8, freeSlots: 8 })
      await world.addMiner('good', good, { totalSlots: 8, freeSlots: 0 })
      const events = await world.run()
      expect(textOf(events)).toBe('Hello world')
      expect(last(events)?.type).toBe('end')
      expect(world.asked.map(({ miner }) => miner)).toEqual(['bad', 'good'])
      await world.clock.advance(50)
      expect(world.headers.map(({ attempt }) => attempt)).toEqual([1, 2])
      expect(attempts(outcome)).toBe(1)
      expect(world.finished.map(({ status }) => status)).toEqual(['failed', 'completed'])
    })

    it('because it is gone goes to another one', async () => {
      const gone = await world.addMiner('gone', good, { totalSlots: 8, freeSlots: 8 })
      await world.addMiner('good', good, { totalSlots: 8, freeSlots: 0 })
      world.hub.kill(gone.signer.nodeId)
      expect(textOf(await world.run())).toBe('Hello world')
    })

    it('because it dies goes to another one', async () => {
      const dying = await world.addMiner('dying', [accepted, 'forever'], { totalSlots: 8, freeSlots: 8 })
      await world.addMiner('good', good, { totalSlots: 8, freeSlots: 0 })
      world.clock.after(500, () => world.hub.kill(dying.signer.nodeId))
      const events = await world.run()
      expect(types(events)).toEqual(['assigned', 'assigned', 'delta', 'delta', 'end'])
    })

    it('is told apart by how long it was silent', async () => {
      await world.addMiner('silent', ['forever'])
      const started = world.clock.now()
      expect(last(await world.run())).toMatchObject({ failure: 'timeout' })
      expect(world.clock.now() - started).toBe(taskAckMs)
      await world.clock.advance(50)
      expect(world.asked[0]?.aborted).toBe(true)
    })

    it('has as long as those take that come before it at the miner', async () => {
      await world.addMiner('full', [{ type: 'queued', ahead: 2 }, 'forever'])
      const started = world.clock.now()
      expect(last(await world.run())).toMatchObject({ failure: 'timeout' })
      const waited = world.clock.now() - started
      expect(waited).toBeGreaterThanOrEqual(3 * tokenGapMs)
      expect(waited).toBeLessThan(3 * tokenGapMs + taskAckMs)
    })

    it('gives up after three', async () => {
      for (const label of ['a', 'b', 'c', 'd']) {
        await world.addMiner(label, [declined('busy', 'all slots taken')])
      }
      const events = await world.run()
      expect(events).toMatchObject([{ type: 'failed', failure: 'no_miner', message: expect.stringContaining('all slots taken') }])
      expect(new Set(world.asked.map(({ miner }) => miner)).size).toBe(3)
    })

    it.each<[Act[], string]>([
      [['forever'], 'timeout'],
      [[declined('busy')], 'no_miner'],
      [['throw'], 'miner_failed']
    ])('with nobody else fails by what the last one did', async (acts, failure) => {
      await world.addMiner('only', acts)
      expect(await world.run()).toMatchObject([{ type: 'failed', failure }])
      expect(world.asked).toHaveLength(1)
    })

    it('looks no longer than the client waits', async () => {
      await world.addMiner('a', ['forever'])
      await world.addMiner('b', ['forever'])
      expect(last(await world.run({ maxWaitMs: taskAckMs }))).toMatchObject({ failure: 'timeout' })
      expect(world.asked).toHaveLength(1)
    })
  })

  describe('that cannot be tried again', () => {
    const withHelp = async (acts: Act[]) => {
      await world.addMiner('bad', acts, { totalSlots: 8, freeSlots: 8 })
      await world.addMiner('good', good, { totalSlots: 8, freeSlots: 0 })
      const events = await world.run()
      expect(world.asked.map(({ miner }) => miner)).toEqual(['bad'])
      return events
    }

    it.each<[string, Act[], string]>([
      ['a miner that fails', [{ type: 'failed', code: 'ENGINE_CRASHED', message: 'crashed' }], 'miner_failed'],
      ['a miner that breaks', ['throw'], 'miner_failed'],
      ['a miner that ends early', [], 'miner_failed'],
      ['a miner that sends too many tokens', [token('more', 8)], 'miner_failed'],
      ['a miner that counts its tokens wrong', Array(1).fill(token('x'.repeat(5_000), 0)), 'miner_failed'],
      ['a miner that declines', [declined('busy')], 'miner_failed'],
      ['a silent miner', ['forever'], 'timeout']
    ])('because the client has seen tokens: %s', async (_what, acts, failure) => {
      const events = await withHelp([accepted, token('Hel'), ...acts])
      expect(types(events)).toEqual(['assigned', 'delta', 'failed'])
      expect(last(events)).toMatchObject({ failure, taskId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    })

    it.each([
      ['context_length_exceeded', 'context_length_exceeded'],
      ['invalid_request', 'rejected']
    ] as const)('because every miner would decline it: %s', async (reason, failure) => {
      expect(await withHelp([declined(reason)])).toMatchObject([{ type: 'failed', failure, message: 'no' }])
    })

    it('because it is over the limits of the wire', async () => {
      await world.addMiner('one', good)
      const long = [{ role: 'user', content: 'x'.repeat(200_000) }] as const
      expect(await world.run({ messages: long })).toMatchObject([{ failure: 'context_length_exceeded' }])
      expect(await world.run({ sampling: { temperature: 9 } })).toMatchObject([{ failure: 'rejected' }])
      expect(await world.run({ sampling: { maxTokens: 1_000_000 } })).toMatchObject([{ failure: 'rejected' }])
      expect(world.headers).toEqual([])
    })
  })

  describe('and time', () => {
    it('a miner may pause, but not for longer than the gap', async () => {
      await world.addMiner('slow', [accepted, tokenGapMs - 100, token('a'), tokenGapMs - 100, token('b'), end])
      expect(textOf(await world.run())).toBe('ab')
    })

    it('may pass in the queue of a miner that said so', async () => {
      await world.addMiner('busy', [{ type: 'queued', ahead: 3 }, tokenGapMs * 2, ...good])
      expect(textOf(await world.run())).toBe('Hello world')
    })

    it('in a long queue ends at the deadline', async () => {
      await world.addMiner('busy', [{ type: 'queued', ahead: 50 }, 'forever'])
      const started = world.clock.now()
      expect(await world.run()).toMatchObject([{ failure: 'timeout' }])
      expect(world.clock.now() - started).toBe(taskDeadlineMs)
    })

    it('ends at the deadline, however steadily the miner sends', async () => {
      const drip = Array.from({ length: 20 }, () => [token('', 0), 5_000]).flat() as Act[]
      await world.addMiner('drip', [accepted, ...drip, end])
      const started = world.clock.now()
      expect(last(await world.run())).toMatchObject({ failure: 'timeout' })
      expect(world.clock.now() - started).toBeLessThanOrEqual(taskDeadlineMs + taskAckMs)
    })

    it('that a slow reader takes is not the silence of the miner', async () => {
      await world.addMiner('one', good)
      const events: CompletionEvent[] = []
      const slowly = (async () => {
        for await (const event of world.role.complete(world.request())) {
          events.push(event)
          await world.clock.sleep(tokenGapMs + 1_000)
        }
      })()
      await world.clock.complete(slowly)
      expect(last(events)?.type).toBe('end')
    })
  })

  describe('that nobody wants any more', () => {
    const steady: Act[] = [accepted, token('a'), 1_000, token('b'), 1_000, token('c'), end]

    it('stops the miner when the reader leaves', async () => {
      const miner = await world.addMiner('one', steady)
      const reading = (async () => {
        for await (const event of world.role.complete(world.request())) {
          if (event.type === 'delta') {
            break
          }
        }
      })()
      await world.clock.complete(reading)
      await world.clock.advance(50)
      expect(world.asked[0]?.aborted).toBe(true)
      expect(world.finished).toMatchObject([{ status: 'cancelled', miners: [miner.signer.nodeId], cid: null }])
      expect((await world.role.status()).tasks).toEqual({ active: 0, completed: 0, failed: 0 })
    })

    it.each([500, 5])('stops the miner when the signal aborts (after %i ms)', async (ms) => {
      await world.addMiner('one', steady)
      const leaving = new AbortController()
      world.clock.after(ms, () => leaving.abort())
      await expect(world.clock.complete(world.collect({}, leaving.signal))).rejects.toMatchObject({ name: 'AbortError' })
      await world.clock.advance(50)
      expect(world.asked.every(({ aborted }) => aborted)).toBe(true)
      expect((await world.role.status()).tasks.active).toBe(0)
    })

    it('ends with an event when the router stops', async () => {
      await world.addMiner('one', steady)
      const running = world.collect()
      world.clock.after(500, () => void world.role.stop())
      const events = await world.clock.complete(running)
      expect(last(events)).toMatchObject({ type: 'failed', failure: 'not_ready' })
      await world.clock.advance(50)
      expect(world.asked[0]?.aborted).toBe(true)
      expect(await world.run()).toMatchObject([{ type: 'failed', failure: 'not_ready' }])
    })
  })

  it('is one of so many at a time', async () => {
    world = await createWorld({ maxActiveTasks: 2 })
    await world.addMiner('one', [accepted, 1_000, end])
    const all = await world.clock.complete(Promise.all([1, 2, 3].map(() => world.collect())))
    expect(all.map((events) => last(events)?.type)).toEqual(['end', 'end', 'failed'])
    expect(all[2]).toMatchObject([{ failure: 'no_miner', taskId: null }])
    expect(last(await world.run())?.type).toBe('end')
  })
})
