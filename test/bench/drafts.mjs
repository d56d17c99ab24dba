// How often what a built-in model writes has the form of an open challenge: a theme, and questions about one. Freely, and by
// filling a form with
// its answer to a small question, once and within the tries that a miner has.
import { questionDrafts, themeDrafts } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { ANSWERING, withModel } from './lib/item-answers.mjs'
import { figure } from './lib/table.mjs'

export const title = 'drafts: open challenges that the built-in models can write'

const TURNS = Number(process.env.DRAFT_TURNS ?? 50)
/** What questions are asked about, the same of all. */
const THEME = { category: 'facts', topic: 'what a capital is', subTopic: 'Vienna' }

/** How many of the turns a way succeeds in: at the first try of it, and at any. */
async function count(draftsOf, say) {
  const found = { free: 0, filled: 0, any: 0 }
  for (let turn = 0; turn < TURNS; turn++) {
    const read = []
    for (const { messages, read: readOne, sampling, way } of draftsOf(createSeededRng(`drafts/${turn}`))) {
      read.push({ way, isRead: readOne(await say({ messages, sampling, seed: new Uint8Array(32).fill(turn) })) !== null })
    }
    found.free += read.find(({ way }) => way === 'free').isRead ? 1 : 0
    found.filled += read.find(({ way }) => way === 'filled').isRead ? 1 : 0
    found.any += read.some(({ isRead }) => isRead) ? 1 : 0
  }
  return found
}

async function textOf(engine, spec) {
  let text = ''
  for await (const event of engine.generate(spec)) {
    text += event.type === 'token' ? event.text : ''
  }
  return text
}

export async function run() {
  const figures = []
  for (const name of ANSWERING) {
    await withModel(name, async (_ask, engine, model) => {
      const say = (request) => textOf(engine, { model, ...request })
      const of = `of ${TURNS}`
      const themes = await count(themeDrafts, say)
      const questions = await count((rng) => questionDrafts(THEME, rng), say)
      for (const [what, found] of [
        ['themes', themes],
        ['questions', questions]
      ]) {
        figures.push(figure(`${name}: ${what}, free`, found.free, of))
        figures.push(figure(`${name}: ${what}, filled at the first try`, found.filled, of))
        figures.push(figure(`${name}: ${what}, in a turn`, found.any, of))
      }
    })
  }
  return figures
}
