// Fits the difficulties of the catalogue to answers: node tools/tiny-model/fit-priors.mjs ANSWERS.json...
// Takes what evaluate.mjs wrote with --out, the same questions for all models. Prints what to write into the templates.

import { readFileSync } from 'node:fs'
import { CATALOGUE } from '@cortensor/scoring'

const ROUNDS = 400
const STEP = 0.5
/** How sharply items divide on the scale of abilities: the slope that templates have by default. */
const SLOPE = 2
/** Abilities and difficulties are held near nought, so that a model that fails at everything has an ability at all. */
const ABILITY_SD = 1
const DIFFICULTY_SD = 0.5
/** Of what a parameter adds, around what the template says now: some have few values, and a few answers tell little. */
const PARAMETER_SD = 0.075
const MAX_ABILITY = 2

const unknownAt = (mean, sd) => ({ mean, sd, value: mean, slope: 0, weight: 0 })

const files = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')))
if (files.length === 0) {
  throw new Error('Name one file of answers at least')
}
const { records } = files[0]
const correct = Object.assign({}, ...files.map((file) => file.correct))
const models = Object.keys(correct)

for (const category of new Set(records.map((record) => record.category))) {
  fitCategory(category)
}

function fitCategory(category) {
  const places = records.flatMap((record, place) => (record.category === category ? [place] : []))
  const templates = CATALOGUE[category]
  const abilities = Object.fromEntries(models.map((model) => [model, unknownAt(0, ABILITY_SD)]))
  const bases = Object.fromEntries(templates.map(({ name }) => [name, unknownAt(0, DIFFICULTY_SD)]))
  const steps = Object.fromEntries(
    templates.flatMap(({ name, harderMilli = {} }) =>
      Object.entries(harderMilli).map(([key, milli]) => [`${name} ${key}`, unknownAt(milli / 1_000, PARAMETER_SD)])
    )
  )
  const all = [...Object.values(abilities), ...Object.values(bases), ...Object.values(steps)]
  for (let round = 0; round < ROUNDS; round++) {
    for (const unknown of all) {
      unknown.slope = (unknown.mean - unknown.value) / unknown.sd ** 2
      unknown.weight = 1 / unknown.sd ** 2
    }
    for (const place of places) {
      const { id, parameters = {} } = records[place]
      const name = id.split('/')[1]
      const { options } = templates.find((template) => template.name === name)
      const terms = Object.entries(parameters).flatMap(([key, value]) => {
        const unknown = steps[`${name} ${key}`]
        return unknown === undefined ? [] : [{ unknown, value }]
      })
      const difficulty = bases[name].value + terms.reduce((sum, { unknown, value }) => sum + unknown.value * value, 0)
      for (const model of models) {
        observe(abilities[model], bases[name], terms, difficulty, options, correct[model][place])
      }
    }
    for (const unknown of all) {
      unknown.value += (STEP * unknown.slope) / unknown.weight
      unknown.value = Math.max(-MAX_ABILITY, Math.min(MAX_ABILITY, unknown.value))
    }
  }
  const shown = (value) => Math.round(value * 20) * 50
  console.log(`${category}: abilities ${models.map((model) => `${model} ${abilities[model].value.toFixed(2)}`).join(', ')}`)
  for (const { name } of templates) {
    const parts = Object.entries(steps)
      .filter(([key]) => key.startsWith(`${name} `))
      .map(([key, { value }]) => `${key.split(' ')[1]}: ${Math.round(value * 200) * 5}`)
    console.log(
      `  ${name}: difficultyMilli ${shown(bases[name].value)}${parts.length > 0 ? `, harderMilli { ${parts.join(', ')} }` : ''}`
    )
  }
}

/** Adds one answer's part of the slope of the likelihood, and of its curvature, to everything that it depends on. */
function observe(ability, base, terms, difficulty, options, isRight) {
  const guess = options === undefined ? 0 : 1 / options
  const free = 1 / (1 + Math.exp(SLOPE * (difficulty - ability.value)))
  const p = Math.min(1 - 1e-6, Math.max(1e-6, guess + (1 - guess) * free))
  const bySlope = (((isRight ? 1 : 0) - p) / p / (1 - p)) * SLOPE * (1 - guess) * free * (1 - free)
  const information = (SLOPE * (1 - guess) * free * (1 - free)) ** 2 / (p * (1 - p))
  ability.slope += bySlope
  ability.weight += information
  base.slope -= bySlope
  base.weight += information
  for (const { unknown, value } of terms) {
    unknown.slope -= bySlope * value
    unknown.weight += information * value ** 2
  }
}
