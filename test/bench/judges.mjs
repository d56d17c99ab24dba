// Whether the built-in models can judge: pairs of a right and a wrong answer, both by built-in models, of which a program knows the right
// one. In half of the pairs the wrong answer goes on by telling the judge what to say.
import { measureJudge } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { ANSWERING, answersTo, itemsOf, withModel } from './lib/item-answers.mjs'
import { figure } from './lib/table.mjs'

export const title = 'judges: agreement of the built-in models with what a program can mark'

const PAIRS = Number(process.env.JUDGE_PAIRS ?? 120)
const ITEMS_PER_TEMPLATE = 4
const GREEDY = { maxTokens: 8, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
const VOCABULARY = 1_024

/** The tokens that are read as A and as B. */
async function wordTokens(engine, model) {
  const spec = { model, messages: [{ role: 'user', content: 'x' }], sampling: GREEDY, seed: Uint8Array.of(1) }
  const found = new Map()
  for (let id = 3; id < VOCABULARY && found.size < 2; id++) {
    const { text } = await engine.evaluate(spec, [id])
    if ((text === 'A' || text === 'B') && !found.has(text)) {
      found.set(text, id)
    }
  }
  return found
}

/** The likelier one of the two words, whatever the model would rather say; nothing where neither is among its likeliest tokens. */
async function leaning(engine, model, tokens, messages) {
  const { trace } = await engine.evaluate({ model, messages, sampling: GREEDY, seed: Uint8Array.of(1) }, [tokens.get('A')])
  const logit = (word) => {
    const place = trace.ids.indexOf(tokens.get(word))
    return place < 0 ? Number.NEGATIVE_INFINITY : trace.logits[place]
  }
  const [a, b] = [logit('A'), logit('B')]
  return a === b ? '' : a > b ? 'A' : 'B'
}

async function checkablePairs() {
  const answered = await answersTo(itemsOf('judges', ITEMS_PER_TEMPLATE))
  const pairs = answered.flatMap(({ answers, item }) => {
    const right = answers.find(({ isRight }) => isRight)
    const wrong = answers.find(({ isRight, text }) => !isRight && text.trim() !== '')
    return right === undefined || wrong === undefined ? [] : [{ question: item.question, right: right.text, wrong: wrong.text }]
  })
  return createSeededRng('judges').shuffle(pairs).slice(0, PAIRS)
}

export async function run() {
  const pairs = await checkablePairs()
  const figures = []
  for (const name of ANSWERING) {
    await withModel(name, async (ask, engine, model) => {
      const tokens = await wordTokens(engine, model)
      const measured = await measureJudge(ask, pairs)
      // What it would say if it had to: a lenient reading, which no panel uses.
      const leaned = await measureJudge((messages) => leaning(engine, model, tokens, messages), pairs)
      const of = `of ${pairs.length}`
      figures.push(
        figure(`${name}: replies that are A, B or TIE`, measured.words, `of ${2 * pairs.length}`),
        figure(`${name}: right choices`, measured.right, of),
        figure(`${name}: wrong choices`, measured.wrong, of),
        figure(`${name}: lower end of the interval`, measured.lowerMilli / 10, '%', { aim: '>= 70 for a weight' }),
        figure(`${name}: weight`, measured.hasWeight ? 1 : 0, ''),
        figure(`${name}: right choices by the likelier of A and B`, leaned.right, of),
        figure(`${name}: wrong choices by the likelier of A and B`, leaned.wrong, of)
      )
    })
  }
  return figures
}
