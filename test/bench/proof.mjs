// What a replay of answers finds, on the real engine: other models and quantisations, changed tokens, other seeds, cut prompts; what
// honest answers look like in other batches, with other threads and with the kernels of other processors; and what reading costs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import { compareTrace, defaultTolerance } from '@cortensor/proofs'
import { storyPrompt } from './lib/chat.mjs'
import { engineFactoryOf, VARIANTS } from './lib/kernels.mjs'
import { cpuMsOf } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'proof of inference: what a replay finds, and what it costs'

/** Answers for each attack and each kind of honest writer; the environment may ask for fewer. */
const SAMPLES = Number(process.env.PROOF_SAMPLES ?? 200)
const LENGTHS = [32, 64, 96, 128]
const COST_LENGTHS = [32, 64, 128, 256]
const PARALLEL = 4
const REFERENCE = 'tiny-general-v2-f16'
const OTHERS = ['tiny-general-v2-q8_0', 'tiny-general-v2-q4_0', 'tiny-mid-f16', 'tiny-weak-f16']
const THREADS = Number(process.env.PROOF_THREADS ?? 2)

const builtin = (name) => listBuiltinModels().find((model) => model.name === name)
/** Warm, so that answers go on beyond the length of a story. */
const sampling = (maxTokens) => ({ maxTokens, temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] })
const EARLIER = [
  { role: 'user', content: 'Hello!' },
  { role: 'assistant', content: 'Hello! How can I help you today?' }
]
const specOf = (model, i, maxTokens = LENGTHS.at(-1)) => ({
  model: model.id,
  messages: [...EARLIER, { role: 'user', content: storyPrompt(i) }],
  sampling: sampling(maxTokens),
  seed: Uint8Array.of(i & 0xff, i >> 8, 7)
})

async function write(engine, spec) {
  const written = { tokenIds: [], promptTokenIds: [], text: '' }
  for await (const event of engine.generate(spec)) {
    if (event.type === 'start') {
      written.promptTokenIds = event.promptTokenIds
    } else if (event.type === 'token') {
      written.tokenIds.push(...event.tokenIds)
    }
  }
  return written
}

/** Answers to all specs, so many at a time. */
async function writeAll(engine, specs, parallel = PARALLEL) {
  const written = new Array(specs.length)
  let next = 0
  const work = async () => {
    for (let i = next++; i < specs.length; i = next++) {
      written[i] = await write(engine, specs[i])
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  return written
}

/** How far each token is from being the one that the reference draws. The logits that a cheat tells are taken to be the right ones. */
async function gapsOf(engine, spec, tokenIds) {
  const evaluation = await engine.evaluate(spec, tokenIds)
  const generation = { sampling: spec.sampling, seed: spec.seed, tokenIds, windows: [] }
  return compareTrace(generation, evaluation, defaultTolerance('F16', false)).gaps
}

const TOLERANCE = defaultTolerance('F16', false).gap

/** Of the answers that have so many tokens, and among them another one than the honest answer: the share in which one is found false. */
function detection(name, cases, honest) {
  return LENGTHS.map((length) => {
    const long = cases.filter(({ tokenIds }) => tokenIds.length >= length)
    const different = long.filter(({ number, tokenIds }) =>
      differ(tokenIds.slice(0, length), honest[number].tokenIds.slice(0, length))
    )
    const found = different.filter(({ gaps }) => gaps.subarray(0, length).some((gap) => gap > TOLERANCE))
    const share = different.length === 0 ? null : (100 * found.length) / different.length
    return figure(`${name}, ${length} tokens: found of ${different.length} that differ among ${long.length}`, share, '%')
  })
}

const differ = (a, b) => a.length !== b.length || a.some((id, i) => id !== b[i])

export async function attacks(engine) {
  const reference = builtin(REFERENCE)
  const specs = Array.from({ length: SAMPLES }, (_, i) => specOf(reference, i))
  const honest = await writeAll(engine, specs)
  const read = (answers) =>
    Promise.all(
      answers.map(async ({ tokenIds }, number) => ({ number, tokenIds, gaps: await gapsOf(engine, specs[number], tokenIds) }))
    )
  const fair = await read(honest)
  const all = fair.flatMap(({ gaps }) => [...gaps])
  const figures = [
    figure(
      'honest: answers with a false token',
      fair.filter(({ gaps }) => gaps.some((gap) => gap > TOLERANCE)).length,
      `of ${fair.length}`
    ),
    figure('honest: largest gap', Math.max(...all), `logit, tolerance ${TOLERANCE}`),
    figure('honest: tokens', all.length, 'tokens')
  ]
  const attack = async (name, change) => {
    figures.push(...detection(name, await read(await writeAll(engine, specs.map(change))), honest))
  }
  for (const name of OTHERS) {
    await attack(`${name} for ${REFERENCE}`, (spec) => ({ ...spec, model: builtin(name).id }))
  }
  await attack('another seed', (spec) => ({ ...spec, seed: Uint8Array.of(...spec.seed, 1) }))
  await attack('another prompt', (spec) => ({ ...spec, messages: [{ role: 'user', content: 'Tell me a story.' }] }))
  await attack('a prompt without its beginning', (spec) => ({ ...spec, messages: spec.messages.slice(2) }))
  for (const [index, length] of LENGTHS.entries()) {
    const changed = honest.map(({ tokenIds }, i) => {
      const tokens = tokenIds.slice(0, length)
      const at = (i * 31) % tokens.length
      tokens[at] = 20 + ((tokens[at] + 1 + i * 7) % 1000)
      return { tokenIds: tokens }
    })
    figures.push(detection('one token changed', await read(changed), honest)[index])
  }
  return figures
}

/** Honest answers that other kernels, other batches and other threads made, read by this machine's engine. */
export async function honesty(engine, names = [REFERENCE, 'tiny-general-v2-q8_0', 'tiny-general-v2-q4_0']) {
  const figures = []
  const folder = mkdtempSync(join(tmpdir(), 'proof-'))
  try {
    for (const name of names) {
      const model = builtin(name)
      const specs = Array.from({ length: SAMPLES / 2 }, (_, i) => ({
        ...specOf(model, i),
        sampling: { ...sampling(LENGTHS.at(-1)), temperature: i % 2 }
      }))
      const tolerance = defaultTolerance(model.quantisation, false)
      const base = await writeAll(engine, specs)
      const check = async (label, other) => {
        const answers = await writeAll(other.engine, specs, other.parallel)
        const compared = await Promise.all(
          answers.map(async ({ tokenIds }, i) => {
            const evaluation = await engine.evaluate(specs[i], tokenIds)
            return compareTrace(
              { sampling: specs[i].sampling, seed: specs[i].seed, tokenIds, windows: [] },
              evaluation,
              tolerance
            ).gaps
          })
        )
        const equal = answers.filter(({ tokenIds }, i) => !differ(tokenIds, base[i].tokenIds)).length
        const gaps = compared.flatMap((values) => [...values])
        figures.push(
          figure(`${name}, ${label}: equal answers`, equal, `of ${answers.length}`),
          figure(`${name}, ${label}: largest gap`, Math.max(...gaps), `logit, tolerance ${tolerance.gap}`),
          figure(
            `${name}, ${label}: false alarms`,
            compared.filter((values) => values.some((gap) => gap > tolerance.gap)).length,
            `of ${answers.length}`
          )
        )
      }
      await check('again', { engine, parallel: PARALLEL })
      await check('alone in the batch', { engine, parallel: 1 })
      if (THREADS > 1) {
        // Threads that outnumber the idle cores wait for one another by spinning: on a busy machine this takes minutes.
        const two = createLlamaEngine({ models: [model], sequences: PARALLEL, threads: THREADS, maxThreads: THREADS })
        await two.start()
        await check(`${THREADS} threads`, { engine: two, parallel: PARALLEL })
        await two.stop()
      }
      for (const variant of VARIANTS) {
        const other = (await engineFactoryOf(variant, folder))({ models: [model], sequences: PARALLEL, threads: 1 })
        await other.start()
        const { fingerprint } = await other.status()
        await check(`kernels ${variant} (${fingerprint.split('/').at(-1)})`, { engine: other, parallel: PARALLEL })
        await other.stop()
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return figures
}

/** CPU time to read answers against that to write them: other work on the machine has less influence on it than on the clock. */
export async function cost(engine) {
  const model = builtin('tiny-general-v2-q8_0')
  const figures = []
  for (const length of COST_LENGTHS) {
    // Hot, so that some answers go on to their limit.
    const specs = Array.from({ length: 48 }, (_, i) => ({
      ...specOf(model, i, length),
      sampling: { ...sampling(length), temperature: 1.8 }
    }))
    let tokens = 0
    let writing = 0
    let reading = 0
    for (const spec of specs) {
      const before = cpuMsOf(engine.childPid)
      const { tokenIds } = await write(engine, spec)
      const between = cpuMsOf(engine.childPid)
      if (tokenIds.length >= length * 0.75) {
        await engine.evaluate(spec, tokenIds)
        writing += between - before
        reading += cpuMsOf(engine.childPid) - between
        tokens += tokenIds.length
      }
    }
    const aim = length >= 64 ? '<= 0.2' : undefined
    const each = (ms) => (tokens === 0 ? null : (ms * 1000) / tokens)
    figures.push(
      figure(`reading answers of about ${length} tokens (${tokens} together)`, each(reading), 'us/token', {
        against: 'writing',
        base: each(writing),
        aim
      })
    )
  }
  return figures
}

/** An engine with every model that the parts need. */
export async function withEngine(use) {
  const models = [REFERENCE, ...OTHERS].map(builtin)
  const engine = createLlamaEngine({ models, sequences: PARALLEL, queueLimit: 10_000, threads: 1 })
  await engine.start()
  try {
    return await use(engine)
  } finally {
    await engine.stop()
  }
}

export const run = () =>
  withEngine(async (engine) => [...(await cost(engine)), ...(await attacks(engine)), ...(await honesty(engine))])
