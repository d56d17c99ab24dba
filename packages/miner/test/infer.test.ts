import type { CidString, SessionId } from '@cortensor/interface'
import {
  decodeResultMessage,
  decodeTaskHeader,
  decodeTranscript,
  isTranscriptSigned,
  openEnvelope,
  resultCommitment,
  samplingSeed
} from '@cortensor/protocols'
import { afterEach, describe, expect, it } from 'vitest'
import { createWorld, LATENCY_MS, MODEL, textOf, type World, type WorldInit } from './world.js'

describe('a user task', () => {
  let world: World
  const create = async (init: WorldInit = {}) => {
    world = await createWorld(init)
    return world
  }
  afterEach(() => world.stop())
  const counted = (name: string, labels: Record<string, string>) => world.metrics.value(name, labels)

  it('is accepted, streamed, and ended with the CID of its transcript', async () => {
    await create()
    const frames = await world.ask({ text: 'one two three four' })
    expect(frames.map(({ type }) => type)).toEqual(['queued', 'accepted', 'token', 'token', 'token', 'token', 'end'])
    expect(textOf(frames)).toBe('one two three four')
    expect(frames[1]).toMatchObject({ promptTokens: 6, fingerprint: 'memory/scripted' })
    expect(frames.at(-1)).toMatchObject({ finishReason: 'stop', promptTokens: 6, completionTokens: 4 })
  })

  it('is taken with a signature that its router can show', async () => {
    await create()
    const { bytes, taskId } = await world.request()
    const [first] = (await world.clock.complete(world.send(bytes))).map(({ frame }) => frame)
    const shown = first?.type === 'queued' ? first.acknowledgement : new Uint8Array()
    const { networkId, verifier } = world
    const envelope = await openEnvelope(shown, { networkId, family: 'result', verifier, nowMs: world.clock.now() })
    expect(envelope.sender).toBe(world.node.signer.nodeId)
    expect(decodeResultMessage(envelope.payload)).toEqual({ type: 'acknowledgement', taskId })
    expect(envelope.expiryMs).toBeGreaterThan(world.clock.now() + 60_000)
  })

  it('leaves a transcript from which it can be computed again', async () => {
    await create()
    const { bytes, header, taskId } = await world.request({ text: 'one two' })
    const frames = await world.clock.complete(world.send(bytes))
    const end = frames.at(-1)?.frame
    const cid = (end?.type === 'end' ? end.transcript : '') as CidString
    const transcript = decodeTranscript(await world.clock.complete(world.router.store.get(cid)))
    const { nodeId } = world.node.signer
    expect(transcript).toMatchObject({
      networkId: world.networkId,
      subject: { type: 'task', taskId },
      miner: nodeId,
      model: MODEL,
      generations: [{ text: 'one two', finishReason: 'stop', usage: { completionTokens: 2 } }]
    })
    expect(transcript.generations[0]?.seed).toEqual(samplingSeed(taskId, nodeId, header.nonce, null))
    expect(transcript.generations[0]?.tokenIds).toHaveLength(2)
    expect(transcript.generations[0]?.windows).toHaveLength(1)
    expect(transcript.decodeSpec).toBe(header.decodeSpec)
    expect(await isTranscriptSigned(transcript, world.verifier)).toBe(true)
    const { subject } = transcript
    expect(subject.type === 'task' && decodeTaskHeader(subject.assignment.header)).toEqual(header)
  })

  it('is precommitted, then committed, and the commit opens the precommit', async () => {
    await create()
    const { bytes, taskId } = await world.request()
    const frames = await world.clock.complete(world.send(bytes))
    await world.clock.advance(LATENCY_MS)
    const [precommit, commit] = world.said.map(({ message }) => message)
    expect(world.said).toHaveLength(2)
    if (precommit?.type !== 'precommit' || !('taskId' in precommit) || commit?.type !== 'commit') {
      throw new Error('not a precommit and a commit')
    }
    const end = frames.at(-1)?.frame
    expect([precommit.taskId, commit.taskId]).toEqual([taskId, taskId])
    expect(commit.transcript).toBe(end?.type === 'end' && end.transcript)
    const { nodeId } = world.node.signer
    expect(resultCommitment(taskId, nodeId, commit.salt, commit.transcript)).toBe(precommit.commitment)
    expect(commit).toMatchObject({ completionTokens: 2, finishReason: 'stop' })
  })

  it('ends at its limit of tokens', async () => {
    await create()
    const frames = await world.ask({ text: 'one two three four', sampling: { maxTokens: 2 } })
    expect(textOf(frames)).toBe('one two')
    expect(frames.at(-1)).toMatchObject({ type: 'end', finishReason: 'length', completionTokens: 2 })
  })

  it('stops when its router goes away, and leaves no result', async () => {
    await create({ engine: { decodeTokensPerSecond: 1, sequences: 1 } })
    const leaving = new AbortController()
    const { bytes } = await world.request({ text: 'one two three four five' })
    const sending = world.send(bytes, leaving.signal)
    world.clock.after(2_500, () => leaving.abort())
    await expect(world.clock.complete(sending)).rejects.toMatchObject({ name: 'AbortError' })
    await world.clock.advance(2 * LATENCY_MS)
    expect(await world.engine.status()).toMatchObject({ freeSlots: 1 })
    await world.clock.advance(10_000)
    expect(world.said).toEqual([])
    expect(counted('cortensor_miner_tasks_total', { outcome: 'cancelled' })).toBe(1)
    expect(counted('cortensor_miner_active_tasks', {})).toBe(0)
  })

  it('is declined when too many wait', async () => {
    await create({ engine: { sequences: 1, decodeTokensPerSecond: 1 }, miner: { maxQueuedTasks: 1 } })
    const requests = await Promise.all(['a', 'b', 'c'].map((nonce) => world.request({ nonce })))
    const sending: ReturnType<World['send']>[] = []
    for (const { bytes } of requests) {
      sending.push(world.send(bytes))
      await world.clock.advance(100)
    }
    const all = await world.clock.complete(Promise.all(sending))
    expect(all.map((frames) => frames.at(-1)?.frame.type)).toEqual(['end', 'end', 'declined'])
    expect(all[2]?.[0]?.frame).toMatchObject({ reason: 'busy' })
    expect(counted('cortensor_miner_declined_total', { reason: 'busy' })).toBe(1)
  })

  it("is declined as busy when the engine's own queue is full", async () => {
    await create({ engine: { sequences: 1, queueLimit: 0, decodeTokensPerSecond: 1 }, miner: { maxQueuedTasks: 5 } })
    const [one, two] = [await world.request({ nonce: 'a' }), await world.request({ nonce: 'b' })]
    const all = await world.clock.complete(Promise.all([world.send(one.bytes), world.send(two.bytes)]))
    expect(all.map((frames) => frames.at(-1)?.frame.type).sort()).toEqual(['declined', 'end'])
  })

  it('is declined when the prompt is longer than the context', async () => {
    await create()
    const frames = await world.ask({ text: 'word '.repeat(70) })
    expect(frames).toMatchObject([{ type: 'queued' }, { type: 'declined', reason: 'context_length_exceeded' }])
  })

  it('is computed once, also when the same request comes twice at the same moment', async () => {
    await create()
    const { bytes } = await world.request()
    const all = await world.clock.complete(Promise.all([world.send(bytes), world.send(bytes)]))
    expect(all.map((frames) => frames.at(-1)?.frame.type).sort()).toEqual(['declined', 'end'])
    const again = await world.clock.complete(world.send(bytes))
    expect(again.map(({ frame }) => frame)).toMatchObject([{ type: 'declined', reason: 'invalid_request' }])
    expect(world.said).toHaveLength(2)
  })

  it('fails in words when the engine dies', async () => {
    await create({ engine: { decodeTokensPerSecond: 1 } })
    const { bytes } = await world.request({ text: 'one two three' })
    const sending = world.send(bytes)
    world.clock.after(1_500, () => world.engine.crash())
    const frames = await world.clock.complete(sending)
    expect(frames.map(({ frame }) => frame.type)).toEqual(['queued', 'accepted', 'token', 'failed'])
    expect(frames.at(-1)?.frame).toMatchObject({ code: 'ENGINE_CRASHED' })
    expect(world.said).toEqual([])
    expect((await world.ask({ nonce: 'next' })).at(-1)?.type).toBe('end')
  })

  it('never turns into a decline once it was accepted', async () => {
    let calls = 0
    await create()
    const { generate } = world.engine
    world.engine.generate = async function* (spec, options) {
      for await (const event of generate(spec, options)) {
        if (++calls === 3) {
          throw Object.assign(new Error('the context is full'), { code: 'ENGINE_CONTEXT_EXCEEDED', toObject: () => ({}) })
        }
        yield event
      }
    }
    const frames = await world.ask({ text: 'one two three' })
    expect(frames.map(({ type }) => type)).toEqual(['queued', 'accepted', 'token', 'failed'])
  })

  it('says why it failed in a message that fits, whatever the error says', async () => {
    await create()
    world.engine.generate = () => {
      throw new Error(`${'x'.repeat(239)}${'🦊'.repeat(200)}`)
    }
    const frames = await world.ask()
    expect(frames).toMatchObject([{ type: 'queued' }, { type: 'failed', code: 'MINER_FAILED' }])
    expect(frames[1]?.type === 'failed' && frames[1].message).toContain('🦊')
  })

  it('that is no task resets the stream and nothing else', async () => {
    await create()
    await expect(world.clock.complete(world.send(new Uint8Array(10)))).rejects.toMatchObject({ code: 'NETWORK_STREAM_RESET' })
    expect((await world.ask()).at(-1)?.type).toBe('end')
  })

  it('is declined when nobody pays for it', async () => {
    await create({ miner: { priceMicroPerKilotoken: 7 } })
    expect((await world.role.describe()).models[0]).toMatchObject({ priceMicroPerKilotoken: 7 })
    expect(await world.ask()).toMatchObject([{ type: 'declined', reason: 'invalid_request' }])
    const header = { sessionId: '01'.repeat(32) as SessionId, priceMicroPerKilotoken: 7 }
    expect(await world.ask({ header })).toMatchObject([{ type: 'declined', reason: 'unpaid' }])
  })

  it('shows in what the miner says of itself', async () => {
    await create({ engine: { decodeTokensPerSecond: 20, prefillTokensPerSecond: 100 } })
    const before = await world.role.describe()
    expect(before).toMatchObject({ freeSlots: 4, totalSlots: 4, queueLength: 0, fingerprint: 'memory/scripted' })
    expect(before.models[0]).toMatchObject({ id: MODEL, decodeTokensPerSecond: 0, priceMicroPerKilotoken: 0 })
    await world.ask({ text: 'one two three four five six seven eight' })
    const [model] = (await world.role.describe()).models
    expect(model?.decodeTokensPerSecond).toBe(20)
    expect(model?.prefillTokensPerSecond).toBeGreaterThan(50)
  })
})
