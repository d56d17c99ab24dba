// What a replay of answers finds, on the real engine: other models and quantisations, changed tokens, other seeds, cut prompts; what
// honest answers look like in other batches, with other threads and with the kernels of other processors; and what reading costs.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import { compareTrace, defaultTolerance } from '@cortensor/proofs'
import { storyPrompt } from './lib/chat.mjs'
import { p50, timed } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'proof of inference: what a replay finds, and what it costs'

const SAMPLES = 200
const LENGTHS = [32, 64, 96, 128]
const COST_LENGTHS = [32, 64, 128, 256]
const PARALLEL = 4
const REFERENCE = 'tiny-general-v2-f16'
const OTHERS = ['tiny-general-v2-q8_0', 'tiny-general-v2-q4_0', 'tiny-mid-f16', 'tiny-weak-f16']
/** Kernels of processors with fewer instructions than most servers have; each that this machine can run. */
const VARIANTS = ['haswell', 'sandybridge', 'x64']

const builtin = (name) => listBuiltinModels().find((model) => model.name === name)
/** Warm, so that answers go on beyond the length of a story. */
const sampling = (maxTokens) => ({ maxTokens, temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] })
const SYSTEM = { role: 'system', content: 'Answer with a long story and many details.' }
const specOf = (model, i, maxTokens = LENGTHS.at(-1)) => ({
  model: model.id,
  messages: [SYSTEM, { role: 'user', content: `${storyPrompt(i)} Then tell me another story about ${i}.` }],
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

/** Share of the answers with at least so many tokens of which one of the first so many is found false. */
function detection(name, cases) {
  return LENGTHS.map((length) => {
    const long = cases.filter(({ gaps }) => gaps.length >= length)
    const found = long.filter(({ gaps }) => gaps.subarray(0, length).some((gap) => gap > TOLERANCE))
    return figure(
      `${name}, ${length} tokens: found of ${long.length}`,
      long.length === 0 ? null : (100 * found.length) / long.length,
      '%'
    )
  })
}

const differ = (a, b) => a.length !== b.length || a.some((id, i) => id !== b[i])

async function attacks(engine) {
  const reference = builtin(REFERENCE)
  const specs = Array.from({ length: SAMPLES }, (_, i) => specOf(reference, i))
  const honest = await writeAll(engine, specs)
  const gapsOfAll = (answers) =>
    Promise.all(answers.map(async (tokenIds, i) => ({ tokenIds, gaps: await gapsOf(engine, specs[i], tokenIds) })))
  const figures = []
  const fair = await gapsOfAll(honest.map(({ tokenIds }) => tokenIds))
  const all = fair.flatMap(({ gaps }) => [...gaps])
  figures.push(
    figure(
      'honest: answers with a false token',
      fair.filter(({ gaps }) => gaps.some((gap) => gap > TOLERANCE)).length,
      `of ${fair.length}`
    ),
    figure('honest: largest gap', Math.max(...all), 'logit'),
    figure('honest: tokens', all.length, 'tokens')
  )
  for (const name of OTHERS) {
    const other = builtin(name)
    const answers = await writeAll(
      engine,
      specs.map((spec) => ({ ...spec, model: other.id }))
    )
    const cases = (await gapsOfAll(answers.map(({ tokenIds }) => tokenIds))).filter(({ tokenIds }, i) =>
      differ(tokenIds, honest[i].tokenIds)
    )
    figures.push(...detection(`${name} for ${REFERENCE}`, cases))
  }
  const seeds = specs.map((spec) => ({ ...spec, seed: Uint8Array.of(...spec.seed, 1) }))
  figures.push(...detection('another seed', await gapsOfAll((await writeAll(engine, seeds)).map(({ tokenIds }) => tokenIds))))
  const ignored = specs.map((spec) => ({ ...spec, messages: [{ role: 'user', content: 'Tell me a story.' }] }))
  figures.push(...detection('another prompt', await gapsOfAll((await writeAll(engine, ignored)).map(({ tokenIds }) => tokenIds))))
  const cut = specs.map((spec) => ({ ...spec, messages: spec.messages.slice(1) }))
  figures.push(
    ...detection(
      'a prompt without its first message',
      await gapsOfAll((await writeAll(engine, cut)).map(({ tokenIds }) => tokenIds))
    )
  )
  for (const length of LENGTHS) {
    const changed = honest.flatMap(({ tokenIds }, i) => {
      if (tokenIds.length < length) {
        return []
      }
      const tokens = tokenIds.slice(0, length)
      const at = (i * 31) % length
      tokens[at] = 20 + ((tokens[at] + 1 + i * 7) % 1000)
      return tokens[at] === tokenIds[at] ? [] : [{ spec: specs[i], tokens }]
    })
    const cases = await Promise.all(changed.map(async ({ spec, tokens }) => ({ gaps: await gapsOf(engine, spec, tokens) })))
    figures.push(detection('one token changed', cases)[LENGTHS.indexOf(length)])
  }
  return { figures, specs, honest }
}

/** A copy of the engine that finds the kernels of one processor only. */
function copyOf(variant, folder) {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  const modules = join(folder, variant, 'node_modules')
  const library = join(root, 'node_modules')
  for (const name of readdirSync(library)) {
    if (!name.startsWith('.') && !['node-llama-cpp', '@node-llama-cpp', '@cortensor'].includes(name)) {
      mkdirSync(modules, { recursive: true })
      symlinkSync(join(library, name), join(modules, name))
    }
  }
  cpSync(join(library, 'node-llama-cpp'), join(modules, 'node-llama-cpp'), { recursive: true })
  cpSync(join(library, '@node-llama-cpp', 'linux-x64'), join(modules, '@node-llama-cpp', 'linux-x64'), { recursive: true })
  const bins = join(modules, '@node-llama-cpp', 'linux-x64', 'bins', 'linux-x64')
  for (const name of readdirSync(bins)) {
    if (name.startsWith('libggml-cpu-') && name !== `libggml-cpu-${variant}.so`) {
      rmSync(join(bins, name))
    }
  }
  mkdirSync(join(modules, '@cortensor'))
  for (const name of readdirSync(join(library, '@cortensor'))) {
    if (name !== 'engine') {
      symlinkSync(join(library, '@cortensor', name), join(modules, '@cortensor', name))
    }
  }
  const engine = join(modules, '@cortensor', 'engine')
  mkdirSync(engine)
  cpSync(join(root, 'packages/engine/dist'), join(engine, 'dist'), { recursive: true })
  cpSync(join(root, 'packages/engine/package.json'), join(engine, 'package.json'))
  return pathToFileURL(join(engine, 'dist/index.js')).href
}

/** Honest answers that other kernels, other batches and other threads made, read by this machine's engine. */
async function honesty(engine, names) {
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
      const two = createLlamaEngine({ models: [model], sequences: PARALLEL, threads: 2, maxThreads: 2 })
      await two.start()
      await check('two threads', { engine: two, parallel: PARALLEL })
      await two.stop()
      for (const variant of VARIANTS) {
        const url = existsSync(join(folder, variant)) ? variantUrl(folder, variant) : copyOf(variant, folder)
        const { createLlamaEngine: createVariant } = await import(url)
        const other = createVariant({ models: [model], sequences: PARALLEL, threads: 1 })
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

const variantUrl = (folder, variant) =>
  pathToFileURL(join(folder, variant, 'node_modules', '@cortensor', 'engine', 'dist/index.js')).href

/** Time to read an answer against the time to write it, one after the other. */
async function cost(engine) {
  const model = builtin('tiny-general-v2-q8_0')
  const figures = []
  for (const length of COST_LENGTHS) {
    const times = []
    for (let i = 0; i < 24 && times.length < 12; i++) {
      // Hot, so that few answers end before their limit.
      const spec = { ...specOf(model, i, length), sampling: { ...sampling(length), temperature: 1.6 } }
      const writing = await timed(() => write(engine, spec))
      const { tokenIds } = writing.result
      if (tokenIds.length >= length * 0.75) {
        const reading = await timed(() => engine.evaluate(spec, tokenIds))
        times.push({ writeMs: writing.ms, readMs: reading.ms })
      }
    }
    const [writeMs, readMs] = [p50(times.map(({ writeMs }) => writeMs)), p50(times.map(({ readMs }) => readMs))]
    const aim = length >= 64 ? '<= 0.2' : undefined
    figures.push(
      figure(`reading ${length} tokens, median of ${times.length}`, readMs, 'ms', { against: 'writing', base: writeMs, aim })
    )
  }
  return figures
}

export async function run() {
  const models = [REFERENCE, ...OTHERS].map(builtin)
  const engine = createLlamaEngine({ models, sequences: PARALLEL, queueLimit: 10_000, threads: 1 })
  await engine.start()
  try {
    const costs = await cost(engine)
    const { figures } = await attacks(engine)
    const honest = await honesty(engine, [REFERENCE, 'tiny-general-v2-q8_0', 'tiny-general-v2-q4_0'])
    return [...costs, ...figures, ...honest]
  } finally {
    await engine.stop()
  }
}
