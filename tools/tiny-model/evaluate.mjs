// Asks models held-out questions through the engine: node tools/tiny-model/evaluate.mjs [--each 40] [--seed 1] [--templates] [--categories A,B] [--out FILE.json] MODEL.gguf...
// Prints a table of accuracies by category, with --templates by template.

import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { createLlamaEngine } from '@cortensor/engine'
import { CATALOGUE, isCorrect } from '@cortensor/scoring'
import { testRecords } from './lib/records.mjs'

const ASKED_AT_ONCE = 16

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    templates: { type: 'boolean', default: false },
    categories: { type: 'string' },
    out: { type: 'string' }
  }
})
if (positionals.length === 0) {
  throw new Error('Name one model file at least')
}
const wanted = values.categories?.split(',')
const records = testRecords(values.seed, Number(values.each)).filter(({ category }) => wanted?.includes(category) ?? true)
const answersOf = {}
for (const path of positionals) {
  answersOf[basename(path, '.gguf')] = await ask(path)
}
printTable(values.templates ? ({ id }) => id : ({ category }) => category)
if (values.out !== undefined) {
  writeFileSync(values.out, JSON.stringify({ records, correct: answersOf }))
}

/** @returns {Promise<boolean[]>} whether each record was answered right */
async function ask(path) {
  const engine = createLlamaEngine({ models: [{ path }], sequences: ASKED_AT_ONCE, queueLimit: records.length })
  await engine.start()
  try {
    const [{ id: model }] = await engine.models()
    return await Promise.all(
      records.map(async (record) => {
        const { maxTokens } = CATALOGUE[record.category].find(({ name }) => record.id.endsWith(`/${name}`))
        const request = {
          model,
          messages: [{ role: 'user', content: record.question }],
          sampling: { maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] },
          seed: Uint8Array.of(1)
        }
        let text = ''
        for await (const event of engine.generate(request)) {
          text += event.type === 'token' ? event.text : ''
        }
        return isCorrect(record, text)
      })
    )
  } finally {
    await engine.stop()
  }
}

function printTable(groupOf) {
  const models = Object.keys(answersOf)
  console.log(`| | questions | ${models.join(' | ')} |\n|---|---:|${models.map(() => '---:|').join('')}`)
  for (const group of ['all', ...new Set(records.map(groupOf))]) {
    const places = records.flatMap((record, place) => (group === 'all' || groupOf(record) === group ? [place] : []))
    const shares = models.map((model) => places.filter((place) => answersOf[model][place]).length / places.length)
    console.log(`| ${group} | ${places.length} | ${shares.map((share) => `${Math.round(100 * share)} %`).join(' | ')} |`)
  }
}
