// What a replay of answers finds, on the real engine: other models and quantisations, changed tokens, other seeds, cut prompts; what
// honest answers look like in other batches, with other threads and with the kernels of other processors.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine } from '@cortensor/engine'
import { builtin } from './proof/answers.mjs'
import { measureAttacks, OTHERS, REFERENCE } from './proof/attacks.mjs'
import { endlessCopy } from './proof/endless.mjs'
import { attackFigures, honestyFigures } from './proof/figures.mjs'
import { BASE, createWriters, MODELS, measureHonesty } from './proof/honesty.mjs'
import { openRows } from './proof/rows.mjs'

export const title = 'proof of inference: what a replay finds'

/** Answers for each attack, and for each honest writer and model. */
const ATTACK_ANSWERS = Number(process.env.PROOF_ATTACKS ?? 40)
const HONEST_ANSWERS = Number(process.env.PROOF_HONEST ?? 16)
/** Where to keep what was measured, so that the next run goes on; by default nothing is kept. */
const FOLDER = process.env.PROOF_FOLDER
/** Everything is measured in so many pieces, so that a run that is ended early has something of all. */
const PIECES = Number(process.env.PROOF_PIECES ?? 1)
/** Only these honest writers, by their names with commas between them, and no attacks: what a second process can do beside a first. */
const ONLY = process.env.PROOF_WRITERS?.split(',')

/** An engine with the built-in models that the parts need, and their endless copies; `use` gets those by name. */
async function withEngine(folder, use) {
  const names = [...new Set([REFERENCE, ...OTHERS])]
  const copies = names.map((name) => endlessCopy(builtin(name), folder))
  const engine = createLlamaEngine({ models: [...MODELS.map(builtin), ...copies], sequences: 4, queueLimit: 10_000, threads: 1 })
  await engine.start()
  try {
    const models = await engine.models()
    await use(engine, new Map(names.map((name, i) => [name, models[MODELS.length + i].id])))
  } finally {
    await engine.stop()
  }
}

export async function run() {
  const scratch = mkdtempSync(join(tmpdir(), 'proof-'))
  try {
    const rows = openRows(FOLDER ?? join(scratch, 'rows'))
    await withEngine(scratch, async (engine, models) => {
      const writers = createWriters(engine, scratch)
      try {
        for (let piece = 1; piece <= PIECES; piece++) {
          if (ONLY === undefined) {
            await measureAttacks({ engine, models, rows, end: Math.round((ATTACK_ANSWERS * piece) / PIECES) })
          }
          const end = Math.round((HONEST_ANSWERS * piece) / PIECES)
          await measureHonesty({ engine, rows, writers, end, ...(ONLY === undefined ? {} : { only: [BASE, ...ONLY] }) })
        }
      } finally {
        await writers.stop()
      }
    })
    return [...attackFigures(rows), ...honestyFigures(rows, MODELS)]
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
