// What it costs to check an answer, against what it cost to write it: of a built-in model, and of one with ten times as many weights.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine } from '@cortensor/engine'
import { MODEL_NAME } from './lib/chat.mjs'
import { builtin } from './proof/answers.mjs'
import { blankModel } from './proof/blank.mjs'
import { measureCost } from './proof/cost.mjs'
import { endlessCopy } from './proof/endless.mjs'

export const title = 'reading answers (one thread, CPU time): against writing them'

const OPEN = { 'temperature 1': { temperature: 1 } }

export async function run() {
  const scratch = mkdtempSync(join(tmpdir(), 'reading-'))
  const tiny = builtin(MODEL_NAME)
  const sources = [tiny, blankModel(tiny, scratch)].map((model) => endlessCopy(model, scratch))
  const engine = createLlamaEngine({ models: sources, sequences: 1, threads: 1 })
  try {
    await engine.start()
    const [small, large] = (await engine.models()).map(({ id }) => id)
    return [
      ...(await measureCost(engine, {
        ...{ model: small, name: MODEL_NAME, lengths: [32, 64, 128, 256], tokensEach: 4096 },
        samplings: { greedy: { temperature: 0 }, ...OPEN }
      })),
      ...(await measureCost(engine, {
        ...{ model: large, name: '25 M random weights, Q8_0', lengths: [64, 128, 256], tokensEach: 1024 },
        samplings: OPEN
      }))
    ]
  } finally {
    await engine.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
}
