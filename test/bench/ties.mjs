// How often an honest token would lie past a gap. Tokens come out elsewhere only where two nearly tie, so seldom that counting answers shows
// little. But how far the logits of two machines lie apart shows at every token, and how often two tokens tie follows from their
// probabilities: noise of Gumbel's kind brings two within a small distance d with the chance p1 * p2 * d.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine } from '@cortensor/engine'
import { candidatesAt } from '@cortensor/proofs'
import { MAX_LOGIT_DISTANCE, readTop, WINDOW_TOKENS } from '@cortensor/protocols'
import { engineFactoryOf, VARIANTS } from './lib/kernels.mjs'
import { sum } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'
import { builtin, sampledRequest, write } from './proof/answers.mjs'
import { MODELS } from './proof/honesty.mjs'

export const title = 'how often an honest token would lie past a gap'

const ANSWERS = Number(process.env.TIES_ANSWERS ?? 24)
const PARALLEL = 4
/** Twice the tolerances are among them. */
const GAPS = [0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32]

/** Every two told tokens of a position: the chance of a tie within 1, and how much farther apart the writer has them than the reader. */
function pairsAt(told, own) {
  const total = sum(Array.from(own.logits, (logit) => Math.exp(logit - own.logits[0])))
  const tokens = told.ids.flatMap((id, index) => {
    const at = own.ids.indexOf(id)
    // of tokens too far below the first only that is told
    const isTold = at >= 0 && told.logits[0] - told.logits[index] < MAX_LOGIT_DISTANCE - 1
    return isTold ? [{ share: Math.exp(own.logits[at] - own.logits[0]) / total, off: told.logits[index] - own.logits[at] }] : []
  })
  return tokens.flatMap((a, index) =>
    tokens.slice(index + 1).map((b) => ({ chance: a.share * b.share, apart: Math.abs(a.off - b.off) }))
  )
}

/** Expected tokens past each gap in one answer. */
async function expectedIn(number, model, { reader, writer }) {
  const spec = sampledRequest(model.id, number)
  const { tokenIds, windows } = await write(writer, spec)
  const { trace } = await reader.evaluate(spec, tokenIds)
  const pairs = tokenIds.flatMap((_, position) =>
    pairsAt(readTop(windows[Math.floor(position / WINDOW_TOKENS)].top, position % WINDOW_TOKENS), candidatesAt(trace, position))
  )
  const past = GAPS.map((gap) => sum(pairs.map(({ apart, chance }) => chance * Math.max(0, apart - gap))))
  return { tokens: tokenIds.length, past }
}

async function measure(model, engines) {
  const answers = []
  let next = 0
  const worker = async () => {
    while (next < ANSWERS) {
      answers.push(await expectedIn(next++, model, engines))
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  return answers
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'ties-'))
  const options = { models: MODELS.map(builtin), sequences: PARALLEL, queueLimit: 10_000, threads: 1 }
  const reader = createLlamaEngine(options)
  const figures = []
  try {
    await reader.start()
    for (const variant of ['', ...VARIANTS]) {
      const writer = variant === '' ? reader : (await engineFactoryOf(variant, folder))(options)
      await writer.start()
      for (const name of MODELS) {
        const answers = await measure(builtin(name), { reader, writer })
        const tokens = sum(answers.map((answer) => answer.tokens))
        const by = variant === '' ? 'an equal engine' : `kernels ${variant}`
        for (const [i, gap] of GAPS.entries()) {
          const past = sum(answers.map((answer) => answer.past[i]))
          figures.push(figure(`${name}, ${by}: past ${gap}`, (1e6 * past) / tokens, `of a million tokens, from ${tokens}`))
        }
      }
      await (writer === reader ? undefined : writer.stop())
    }
  } finally {
    await reader.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return figures
}
