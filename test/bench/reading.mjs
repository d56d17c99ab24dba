// What it costs to check an answer, against what it cost to write it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine } from '@cortensor/engine'
import { MODEL_NAME } from './lib/chat.mjs'
import { builtin } from './proof/answers.mjs'
import { measureCost } from './proof/cost.mjs'
import { endlessCopy } from './proof/endless.mjs'

export const title = `reading answers (${MODEL_NAME}, one thread, CPU time): against writing them`

export async function run() {
  const scratch = mkdtempSync(join(tmpdir(), 'reading-'))
  const engine = createLlamaEngine({ models: [endlessCopy(builtin(MODEL_NAME), scratch)], sequences: 4, threads: 1 })
  try {
    await engine.start()
    const [model] = await engine.models()
    return await measureCost(engine, model.id)
  } finally {
    await engine.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
}
