// Honest answers that other kernels, other batches and other threads made, read by this machine's engine.
import { createLlamaEngine } from '@cortensor/engine'
import { checkGeneration, defaultTolerance, isWindowExact } from '@cortensor/proofs'
import { WINDOW_TOKENS } from '@cortensor/protocols'
import { engineFactoryOf, VARIANTS } from '../lib/kernels.mjs'
import { builtin, isSame, read, variedRequest, write } from './answers.mjs'

export const MODELS = ['tiny-general-v2-f16', 'tiny-general-v2-q8_0', 'tiny-general-v2-q4_0']
const PARALLEL = 4
const LARGE_BATCH = 16
/** Threads wait for one another by spinning: where others use the cores too, an answer takes minutes. 1 leaves this writer out. */
const THREADS = Number(process.env.PROOF_THREADS ?? 2)
export const BASE = 'batches of four'
export const WRITERS = [
  BASE,
  'again',
  'alone in the batch',
  `batches of ${LARGE_BATCH}`,
  ...VARIANTS.map((variant) => `kernels ${variant}`),
  ...(THREADS > 1 ? [`${THREADS} threads`] : [])
]
/** Finds only what no tolerance excuses. */
const OPEN = { gap: 1e6, logit: 1e6, border: 1e6 }
/** Answers with canonical windows for every so many others. */
const CANONICAL_SHARE = 0.125

/** Kernels of another processor are another engine; whatever else differs is not. */
export const toleranceOf = (model, writer) =>
  defaultTolerance(builtin(model).quantisation, writer.startsWith('kernels') ? 'none' : 'engine')

export const caseOf = (model, writer) => `${model}, ${writer}`
export const canonicalCaseOf = (model, writer) => `${model}, ${writer}, canonical`

/** The writers of honest answers by name: an engine, and how many requests it gets at a time. Starts each when it is first asked for. */
export function createWriters(engine, folder) {
  const models = MODELS.map(builtin)
  const started = new Map([
    [BASE, { engine, parallel: PARALLEL }],
    ['again', { engine, parallel: PARALLEL }],
    ['alone in the batch', { engine, parallel: 1 }]
  ])
  const options = { models, sequences: PARALLEL, queueLimit: 10_000, threads: 1 }
  const create = async (name) => {
    if (name.startsWith('kernels ')) {
      return { engine: (await engineFactoryOf(name.slice('kernels '.length), folder))(options), parallel: PARALLEL }
    }
    return name.endsWith('threads')
      ? { engine: createLlamaEngine({ ...options, threads: THREADS, maxThreads: THREADS }), parallel: PARALLEL }
      : { engine: createLlamaEngine({ ...options, sequences: LARGE_BATCH }), parallel: LARGE_BATCH }
  }
  return {
    async of(name) {
      let writer = started.get(name)
      if (writer === undefined) {
        writer = await create(name)
        await writer.engine.start()
        started.set(name, writer)
      }
      return writer
    },
    async stop() {
      await Promise.all([...started.values()].map((writer) => writer.engine !== engine && writer.engine.stop()))
    }
  }
}

/** Writes all answers, so many at a time, and reads each when it is there. */
async function inTurn(numbers, { engine, parallel }, work) {
  const rows = new Array(numbers.length)
  let next = 0
  const worker = async () => {
    for (let i = next++; i < numbers.length; i = next++) {
      rows[i] = await work(numbers[i], engine)
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return rows
}

function countExact(generation, { trace }) {
  const { ids, logits, top } = trace
  return generation.windows.filter((_, window) => {
    const [from, to] = [window, window + 1].map((at) => at * WINDOW_TOKENS * top)
    return isWindowExact(generation, window, { top, ids: ids.slice(from, to), logits: logits.slice(from, to) })
  }).length
}

/** Measures what all writers, or only some, make of the requests up to a number. Others are compared with the base's, which come first. */
export async function measureHonesty({ end, engine, rows, writers, names = MODELS, only = WRITERS }) {
  for (const name of names) {
    const model = builtin(name)
    for (const writer of only) {
      await rows.fill(caseOf(name, writer), end, async (numbers) =>
        inTurn(numbers, await writers.of(writer), async (number, other) => {
          const spec = variedRequest(model.id, number)
          const generation = await write(other, spec)
          const { evaluation, gaps, logitDifferences } = await read(engine, spec, generation, toleranceOf(name, writer))
          // measured numbers are judged later, by the tolerance that then holds
          const { reason } = checkGeneration(generation, evaluation, OPEN)
          const base = rows.of(caseOf(name, BASE))[number]?.tokenIds
          return {
            ...{ number, tokens: generation.tokenIds.length, reason },
            ...{ maxGap: Math.max(...gaps), maxTold: Math.max(...logitDifferences) },
            ...(writer === BASE ? { tokenIds: generation.tokenIds } : { equal: isSame(base, generation.tokenIds) })
          }
        })
      )
      await rows.fill(canonicalCaseOf(name, writer), Math.floor(end * CANONICAL_SHARE), async (numbers) =>
        inTurn(numbers, await writers.of(writer), async (number, other) => {
          const spec = { ...variedRequest(model.id, number), decode: 'canonical' }
          const generation = await write(other, spec)
          const evaluation = await engine.evaluate(spec, generation.tokenIds)
          return { number, windows: generation.windows.length, exact: countExact(generation, evaluation) }
        })
      )
    }
  }
}
