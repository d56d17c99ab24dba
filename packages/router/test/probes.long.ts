import type { ChatMessage, CompletionRequest, Rng } from '@cortensor/interface'
import { createSeededRng, utf8Length } from '@cortensor/utils'
import { expect, it } from 'vitest'
import { auc, type Sample, train } from './classifier.js'
import { type Act, type Asked, accepted, end, token } from './scripted-miner.js'
import { createWorld, SESSION, sessionOf } from './world.js'

/** Marks the words of consumers, which a miner may read and this test's features leave out. */
const MARK = '~'
const good: Act[] = [accepted, token('Hello'), token(' world'), end]

const text = (bytes: number): string => MARK.repeat(bytes)

/** Requests of several applications: a chat with a long instruction, short questions, a batch job, and whatever else. */
function drawRequest(rng: Rng): Partial<CompletionRequest> {
  const user = (bytes: number): ChatMessage => ({ role: 'user', content: text(bytes) })
  const kind = rng.int(0, 9)
  if (kind < 4) {
    const turns = Array.from({ length: rng.int(0, 3) }, (): ChatMessage[] => [
      user(rng.int(10, 120)),
      { role: 'assistant', content: text(rng.int(20, 300)) }
    ]).flat()
    const messages: ChatMessage[] = [{ role: 'system', content: text(420) }, ...turns, user(rng.int(10, 120))]
    return { messages, sampling: { maxTokens: 256, temperature: 0.7, topP: 0.95 } }
  }
  if (kind < 8) {
    return { messages: [user(rng.int(2, 90))], sampling: { maxTokens: 64, temperature: 0 } }
  }
  return kind < 9
    ? { messages: [user(rng.int(300, 900))], sampling: { maxTokens: 32, temperature: 0, stop: ['\n'] }, seed: rng.int(0, 1_000) }
    : { messages: [user(rng.int(1, 400))], sampling: { maxTokens: rng.int(1, 200), temperature: rng.next() } }
}

/** Bursts: what one person or program asks one after another, and long pauses. */
const drawPause = (rng: Rng): number => (rng.next() < 0.7 ? rng.int(300, 3_000) : rng.int(5_000, 120_000))

/**
 * What a miner can tell of a request without reading it. Published in the router's README: size, timing, sampling, metadata.
 */
function featuresOf(asked: Asked, before: Asked | undefined): number[] {
  const { atMs, header, payload } = asked
  const { maxTokens, minP, stop, temperature, topK, topP } = payload.sampling
  const sizes = payload.messages.map(({ content }) => utf8Length(content))
  const ofRole = (role: string): number =>
    payload.messages.reduce((sum, message, i) => sum + (message.role === role ? (sizes[i] as number) : 0), 0)
  return [
    ...[sizes.length, sizes.reduce((sum, size) => sum + size, 0), sizes[0] ?? 0, sizes.at(-1) ?? 0],
    ...[ofRole('system'), ofRole('user'), ofRole('assistant')],
    ...[atMs - (before?.atMs ?? 0), header.deadlineMs - atMs, header.attempt, header.assigned.length, header.redundancy],
    ...[maxTokens, temperature, topP, topK, minP, stop.length, payload.seed === null ? 0 : 1],
    ...[header.priceMicroPerKilotoken, header.maxTokens, Number.parseInt(header.sessionId.slice(-4), 16)]
  ]
}

it('cannot be told from a request by size, timing, sampling or metadata', { timeout: 600_000 }, async () => {
  const rng = createSeededRng('workload')
  const world = await createWorld({ session: SESSION, probeShare: 0.2 })
  world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000_000n }))
  await world.addMiner('one', good)
  await world.clock.advance(3_000)
  while (world.asked.length < 8_000) {
    await world.run(drawRequest(rng))
    await world.clock.advance(drawPause(rng))
  }
  const samples = world.asked.map(
    (asked, i): Sample => ({
      features: featuresOf(asked, world.asked[i - 1]),
      isProbe: asked.payload.messages.every(({ content }) => !content.startsWith(MARK))
    })
  )
  const half = Math.floor(samples.length / 2)
  const [known, heldOut] = [samples.slice(100, half), samples.slice(half)]
  const probes = heldOut.filter(({ isProbe }) => isProbe).length
  const found = auc(heldOut, train(known, rng))
  console.log(`AUC ${found.toFixed(3)} on ${heldOut.length} held-out samples, ${probes} of them probes`)
  expect(heldOut.length).toBeGreaterThanOrEqual(2_000)
  expect(probes).toBeGreaterThan(300)
  expect(found).toBeLessThanOrEqual(0.55)

  // The same classifier finds probes that differ in anything: here by a fixed length of answers.
  const careless = samples.map(
    ({ features, isProbe }): Sample => ({ features: [...features, isProbe ? 72 : (features[12] ?? 0)], isProbe })
  )
  expect(auc(careless.slice(half), train(careless.slice(100, half), rng))).toBeGreaterThan(0.9)
})
