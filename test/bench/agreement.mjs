// Whether embeddings tell answers that say the same from those that do not, and from where on: right and wrong answers of the built-in
// models, each in the words that larger models put around an answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import { calibrateThresholds, embedText, similarityMicro, TEXT_EMBEDDING, toFixedPoint } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { answersTo, itemsOf } from './lib/item-answers.mjs'
import { engineFactoryOf, VARIANTS } from './lib/kernels.mjs'
import { figure } from './lib/table.mjs'

export const title = 'agreement of answers: what embeddings can tell'

const ITEMS_PER_TEMPLATE = Number(process.env.AGREEMENT_ITEMS ?? 10)
const PAIRS_PER_ITEM = 8
const TEXTS_AT_ONCE = 64

/** One answer, said in other ways. The built-in models never say more than the answer; others do. */
const FORMS = [
  (answer) => answer,
  (answer) => `The answer is ${answer}.`,
  (answer) => `It is ${answer}`,
  (answer) => `${answer}, I think.`,
  (answer, question) => `${question} ${answer}.`,
  (answer) => answer.toUpperCase(),
  (answer) => `Sure! Here is the answer: ${answer}`
]

/** As many pairs of one right answer in two forms, and of a right one with a wrong one that some model gave, in two forms or in one. */
function pairsOf({ answers, item }) {
  const rng = createSeededRng(`agreement/${item.category}/${item.question}`)
  const wrong = rng.shuffle([...new Set(answers.flatMap(({ isRight, text }) => (isRight || text.trim() === '' ? [] : [text])))])
  const say = (form, answer) => FORMS[form](answer.trim(), item.question)
  return Array.from({ length: PAIRS_PER_ITEM }, (_, n) => {
    const [one, other] = rng.shuffle(FORMS.map((_form, i) => i))
    const same = { category: item.category, texts: [say(one, item.answer), say(other, item.answer)], isSame: true }
    const second = n % 2 === 0 ? one : other
    const different =
      wrong.length === 0 ? [] : [{ ...same, texts: [say(one, item.answer), say(second, wrong[n % wrong.length])], isSame: false }]
    return [same, ...different]
  }).flat()
}

/** The embedding model's vectors of all texts. */
async function modelVectors(texts, createEngine = createLlamaEngine) {
  const model = listBuiltinModels().find(({ kind }) => kind === 'embedding')
  const engine = createEngine({ models: [model] })
  await engine.start()
  try {
    const vectors = new Map()
    for (let i = 0; i < texts.length; i += TEXTS_AT_ONCE) {
      const some = texts.slice(i, i + TEXTS_AT_ONCE)
      for (const [n, vector] of (await engine.embed(model.id, some)).entries()) {
        vectors.set(some[n], toFixedPoint(vector))
      }
    }
    return vectors
  } finally {
    await engine.stop()
  }
}

function calibrationOf(pairs, embed) {
  const compared = pairs.map(({ isSame, texts: [a, b] }) => ({ isSame, similarityMicro: similarityMicro(embed(a), embed(b)) }))
  const { aucMilli, thresholds } = calibrateThresholds(compared)
  const share = (isSame, isIn) => {
    const of = compared.filter((pair) => pair.isSame === isSame)
    return (100 * of.filter(({ similarityMicro }) => isIn(similarityMicro)).length) / of.length
  }
  return {
    auc: aucMilli / 1_000,
    ...thresholds,
    agreeing: share(true, (similarity) => similarity >= thresholds.agreeMicro),
    disagreeing: share(false, (similarity) => similarity < thresholds.disagreeMicro)
  }
}

/** Whether two machines would find the same bits with the model. Embeddings of counts are compared by golden values in their tests. */
export async function kernels() {
  const texts = itemsOf('kernels', 2).map(({ answer, question }) => `${question} ${answer}`)
  const base = await modelVectors(texts)
  const folder = mkdtempSync(join(tmpdir(), 'agreement-'))
  try {
    const figures = []
    for (const variant of VARIANTS) {
      const other = await modelVectors(texts, await engineFactoryOf(variant, folder))
      const same = [...base].filter(([text, vector]) => vector.every((value, i) => value === other.get(text)[i]))
      const least = Math.min(...[...base].map(([text, vector]) => similarityMicro(vector, other.get(text))))
      figures.push(
        figure(`tiny-embed-q8_0 with kernels ${variant}: the same integers`, same.length, `of ${base.size}`),
        figure(`tiny-embed-q8_0 with kernels ${variant}: least similarity to this machine's`, least, 'millionths')
      )
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function run() {
  const answered = await answersTo(itemsOf('agreement', ITEMS_PER_TEMPLATE))
  const pairs = answered.filter(({ answers }) => answers.some(({ isRight }) => isRight)).flatMap(pairsOf)
  const vectors = await modelVectors([...new Set(pairs.flatMap(({ texts }) => texts))])
  const groups = [...Map.groupBy(pairs, ({ category }) => category), ['all', pairs]]
  const figures = groups.flatMap(([name, group]) => {
    const text = calibrationOf(group, embedText)
    const model = calibrationOf(group, (one) => vectors.get(one))
    return [
      figure(`${name}: area under the curve, ${TEXT_EMBEDDING}`, text.auc, '', { against: 'tiny-embed-q8_0', base: model.auc }),
      figure(`${name}: agree from`, text.agreeMicro, 'millionths'),
      figure(`${name}: disagree below`, text.disagreeMicro, 'millionths'),
      figure(`${name}: same answers that agree`, text.agreeing, '%'),
      figure(`${name}: other answers that disagree`, text.disagreeing, '%'),
      figure(`${name}: same answers that agree, tiny-embed-q8_0`, model.agreeing, '%'),
      figure(`${name}: other answers that disagree, tiny-embed-q8_0`, model.disagreeing, '%')
    ]
  })
  return [...figures, ...(await kernels())]
}
