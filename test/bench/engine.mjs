// The engine against node-llama-cpp alone: what our process boundary, prompts, stop texts and messages cost, and what it costs to draw
// tokens so that others can check them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createLlamaEngine } from '@cortensor/engine'
import { askEngine, builtinModel, MODEL_NAME, storyPrompt } from './lib/chat.mjs'
import { cpuMsOf, sum, timed } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = `engine (${MODEL_NAME}, one thread): verifiable decode, against the engine's own sampler and node-llama-cpp alone`

const SEQUENCES = 4
const MAX_TOKENS = 128
const TURNS = 5
const REQUESTS_PER_STREAM = 4
/** As many as there are different stories. */
const STORIES = 12

const SAMPLINGS = {
  greedy: { temperature: 0, topK: 0, topP: 1 },
  'top-40': { temperature: 0.8, topK: 40, topP: 1 }
}

const promptsOf = (streams, turn) =>
  Array.from({ length: streams }, (_, stream) =>
    Array.from({ length: REQUESTS_PER_STREAM }, (_, i) => storyPrompt(turn + stream + i))
  )

async function withEngine(engine, streams, options) {
  const cpuBefore = cpuMsOf(engine.childPid)
  const { ms, result } = await timed(() =>
    Promise.all(
      streams.map(async (prompts) => {
        let tokens = 0
        for (const prompt of prompts) {
          tokens += (await askEngine(engine, prompt, MAX_TOKENS, options)).tokens
        }
        return tokens
      })
    )
  )
  return { ms, tokens: sum(result), cpuMs: cpuMsOf(engine.childPid) - cpuBefore }
}

/** The prompt as the engine renders it, so that all sides compute the very same. */
async function tokenIdsOf(engine, prompt) {
  let ids
  const onEvent = (event) => {
    ids ??= event.promptTokenIds
  }
  await askEngine(engine, prompt, 1, { onEvent })
  return ids
}

async function withLibrary(child, streams, sampling) {
  child.send({ streams, maxTokens: MAX_TOKENS, sampling })
  const [result] = await once(child, 'message')
  return result
}

const rate = (results) => (sum(results.map(({ tokens }) => tokens)) * 1000) / sum(results.map(({ ms }) => ms))
const cpuRate = (results) => (sum(results.map(({ cpuMs }) => cpuMs)) * 1000) / tokensOf(results)
const tokensOf = (results) => sum(results.map(({ tokens }) => tokens))

/** One turn of everything after the other, so that whatever else the machine does hits all alike. */
async function compare(streams, sampling, { child, engine, rendered }) {
  const results = { verifiable: [], canonical: [], native: [], library: [] }
  for (let turn = 0; turn < TURNS; turn++) {
    const prompts = promptsOf(streams, turn)
    const ids = prompts.map((stream) => stream.map((prompt) => rendered.get(prompt)))
    const measured = {
      library: await withLibrary(child, ids, sampling),
      native: await withEngine(engine, prompts, { sampling, decode: 'native' }),
      verifiable: await withEngine(engine, prompts, { sampling, decode: 'verifiable' }),
      canonical: await withEngine(engine, prompts, { sampling, decode: 'canonical' })
    }
    // the first turn compiles the code of all
    for (const [name, result] of turn > 0 ? Object.entries(measured) : []) {
      results[name].push(result)
    }
  }
  return results
}

export async function run() {
  const model = builtinModel()
  const engine = createLlamaEngine({ models: [model], sequences: SEQUENCES, threads: 1 })
  const rawFile = fileURLToPath(new URL('./lib/raw-llama.mjs', import.meta.url))
  const child = fork(rawFile, [model.path, String(SEQUENCES), '1'], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  await Promise.all([engine.start(), once(child, 'message')])
  try {
    const rendered = new Map()
    for (const prompt of Array.from({ length: STORIES }, (_, i) => storyPrompt(i))) {
      rendered.set(prompt, await tokenIdsOf(engine, prompt))
    }
    const figures = []
    for (const [kind, sampling] of Object.entries(SAMPLINGS)) {
      for (const streams of [1, SEQUENCES]) {
        const results = await compare(streams, sampling, { child, engine, rendered })
        const name = `${kind}, ${streams === 1 ? 'one stream' : `${streams} streams`}`
        const base = rate(results.native)
        const aim = `>= ${kind === 'greedy' ? 0.9 : 0.75}`
        figures.push(
          figure(`${name}: native`, base, 'tokens/s', { against: 'node-llama-cpp', base: rate(results.library) }),
          figure(`${name}: verifiable`, rate(results.verifiable), 'tokens/s', { against: 'native', base, aim }),
          figure(`${name}: CPU of the engine`, cpuRate(results.verifiable), 'us/token', {
            against: 'native',
            base: cpuRate(results.native)
          }),
          figure(`${name}: canonical windows`, rate(results.canonical), 'tokens/s', { against: 'native', base }),
          figure(`${name}: canonical windows, CPU of the engine`, cpuRate(results.canonical), 'us/token', {
            against: 'native',
            base: cpuRate(results.native)
          }),
          figure(`${name}: tokens computed`, tokensOf(results.verifiable), 'tokens', {
            against: 'native',
            base: tokensOf(results.native)
          })
        )
      }
    }
    return figures
  } finally {
    child.kill()
    await engine.stop()
  }
}
