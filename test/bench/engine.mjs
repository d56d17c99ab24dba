// The engine against node-llama-cpp alone: what our process boundary, prompts, stop texts and messages cost.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createLlamaEngine } from '@cortensor/engine'
import { askEngine, builtinModel, MODEL_NAME, storyPrompt } from './lib/chat.mjs'
import { sum, timed } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = `engine (${MODEL_NAME}, one thread), against node-llama-cpp alone`

const SEQUENCES = 4
const MAX_TOKENS = 256
const TURNS = 6
const REQUESTS_PER_STREAM = 12

const promptsOf = (streams, turn) =>
  Array.from({ length: streams }, (_, stream) =>
    Array.from({ length: REQUESTS_PER_STREAM }, (_, i) => storyPrompt(turn + stream + i))
  )

async function withEngine(engine, streams) {
  const { ms, result } = await timed(() =>
    Promise.all(
      streams.map(async (prompts) => {
        let tokens = 0
        for (const prompt of prompts) {
          tokens += (await askEngine(engine, prompt, MAX_TOKENS)).tokens
        }
        return tokens
      })
    )
  )
  return { ms, tokens: sum(result) }
}

/** The prompt as the engine renders it, so that both sides compute the very same. */
async function tokenIdsOf(engine, prompt) {
  let ids
  await askEngine(engine, prompt, 1, (event) => {
    ids ??= event.promptTokenIds
  })
  return ids
}

async function withLibrary(child, streams) {
  child.send({ streams, maxTokens: MAX_TOKENS })
  const [result] = await once(child, 'message')
  return result
}

const rate = (results) => (sum(results.map(({ tokens }) => tokens)) * 1000) / sum(results.map(({ ms }) => ms))

export async function run() {
  const model = builtinModel()
  const engine = createLlamaEngine({ models: [model], sequences: SEQUENCES, threads: 1 })
  const rawFile = fileURLToPath(new URL('./lib/raw-llama.mjs', import.meta.url))
  const child = fork(rawFile, [model.path, String(SEQUENCES), '1'], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  await Promise.all([engine.start(), once(child, 'message')])
  try {
    const rendered = new Map()
    for (const prompt of promptsOf(SEQUENCES, TURNS).flat()) {
      rendered.set(prompt, await tokenIdsOf(engine, prompt))
    }
    const figures = []
    for (const streams of [1, SEQUENCES]) {
      const results = { ours: [], raw: [] }
      for (let turn = 0; turn < TURNS; turn++) {
        const prompts = promptsOf(streams, turn)
        const ours = await withEngine(engine, prompts)
        const raw = await withLibrary(
          child,
          prompts.map((stream) => stream.map((prompt) => rendered.get(prompt)))
        )
        // the first turn compiles the code of both
        if (turn > 0) {
          results.ours.push(ours)
          results.raw.push(raw)
        }
      }
      const name = streams === 1 ? 'one stream' : `${streams} streams`
      figures.push(
        figure(name, rate(results.ours), 'tokens/s', { against: 'node-llama-cpp', base: rate(results.raw) }),
        figure(`${name}: tokens computed`, sum(results.ours.map(({ tokens }) => tokens)), 'tokens', {
          against: 'node-llama-cpp',
          base: sum(results.raw.map(({ tokens }) => tokens))
        })
      )
    }
    return figures
  } finally {
    child.kill()
    await engine.stop()
  }
}
