// Fits the difficulties of the catalogue to answers: node tools/tiny-model/fit-priors.mjs ANSWERS.json...
// Takes what evaluate.mjs wrote with --out, the same questions for all models. Prints what to write into the templates, and how well other
// slopes fit. Templates that no model has ever answered say nothing and are left out.

import { readFileSync } from 'node:fs'
import { CATALOGUE } from '@cortensor/scoring'

const ROUNDS = 400
const STEP = 0.5
/** How sharply items divide on the scale of abilities: the slope that templates have by default, and others to hold against it. */
const SLOPE = 2.5
const OTHER_SLOPES = [1, 1.5, 2, 3, 3.5, 4]
/**
 * Abilities are held near nought, so that a model that fails at everything has an ability at all. Difficulties are held much more loosely:
 * what pulls them together makes items look more alike than they are, and leaves no items for those who are far from the middle.
 */
const ABILITY_SD = 1
const DIFFICULTY_SD = 1.2
/** Of what a parameter adds, around what the template says now: some have few values, and a few answers tell little. */
const PARAMETER_SD = 0.2
const MAX_ABILITY = 3

const unknownAt = (mean, sd) => ({ mean, sd, value: mean, slope: 0, weight: 0 })

const files = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')))
if (files.length === 0) {
  throw new Error('Name one file of answers at least')
}
const { records } = files[0]
const correct = Object.assign({}, ...files.map((file) => file.correct))
const models = Object.keys(correct)

const isAnswered = new Set(records.flatMap(({ id }, place) => (models.some((model) => correct[model][place]) ? [id] : [])))
const categories = [...new Set(records.map((record) => record.category))]
for (const category of categories) {
  print(category, fitCategory(category, SLOPE))
}
const fitted = (slope) => categories.reduce((sum, category) => sum + fitCategory(category, slope).logarithm, 0)
const own = fitted(SLOPE)
for (const slope of OTHER_SLOPES) {
  console.log(`slope ${slope}: ${(fitted(slope) - own).toFixed(0)} in the logarithm of the posterior, against ${SLOPE}`)
}

/** The middle of what a template's parameters are among the questions: around it, base and steps are told apart best. */
function middleOf(places, key) {
  return places.reduce((sum, place) => sum + (records[place].parameters?.[key] ?? 0), 0) / places.length
}

function fitCategory(category, slope) {
  const places = records.flatMap((record, place) => (record.category === category && isAnswered.has(record.id) ? [place] : []))
  const placesOf = Map.groupBy(places, (place) => records[place].id.split('/')[1])
  const templates = CATALOGUE[category].filter(({ name }) => placesOf.has(name))
  const abilities = Object.fromEntries(models.map((model) => [model, unknownAt(0, ABILITY_SD)]))
  const bases = Object.fromEntries(templates.map(({ name }) => [name, unknownAt(0, DIFFICULTY_SD)]))
  const steps = Object.fromEntries(
    templates.flatMap(({ name, harderMilli = {} }) =>
      Object.entries(harderMilli).map(([key, milli]) => [
        `${name} ${key}`,
        { ...unknownAt(milli / 1_000, PARAMETER_SD), middle: middleOf(placesOf.get(name), key) }
      ])
    )
  )
  const all = [...Object.values(abilities), ...Object.values(bases), ...Object.values(steps)]
  let logarithm = 0
  for (let round = 0; round < ROUNDS; round++) {
    logarithm = all.reduce((sum, { mean, sd, value }) => sum - ((value - mean) / sd) ** 2 / 2, 0)
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
        return unknown === undefined ? [] : [{ unknown, value: value - unknown.middle }]
      })
      const difficulty = bases[name].value + terms.reduce((sum, { unknown, value }) => sum + unknown.value * value, 0)
      for (const model of models) {
        logarithm += observe(slope, abilities[model], bases[name], terms, difficulty, options, correct[model][place])
      }
    }
    for (const unknown of all) {
      unknown.value += (STEP * unknown.slope) / unknown.weight
      unknown.value = Math.max(-MAX_ABILITY, Math.min(MAX_ABILITY, unknown.value))
    }
  }
  return { abilities, bases, logarithm, steps, templates }
}

function print(category, { abilities, bases, steps, templates }) {
  const shown = (value) => Math.round(value * 20) * 50
  console.log(`${category}: abilities ${models.map((model) => `${model} ${abilities[model].value.toFixed(2)}`).join(', ')}`)
  for (const { name } of templates) {
    const own = Object.entries(steps).filter(([key]) => key.startsWith(`${name} `))
    const base = own.reduce((value, [, step]) => value - step.value * step.middle, bases[name].value)
    const parts = own.map(([key, { value }]) => `${key.split(' ')[1]}: ${Math.round(value * 200) * 5}`)
    console.log(`  ${name}: difficultyMilli ${shown(base)}${parts.length > 0 ? `, harderMilli { ${parts.join(', ')} }` : ''}`)
  }
}

/** Adds one answer's part of the slope of the likelihood, and of its curvature, to everything that it depends on. Returns its logarithm. */
function observe(slope, ability, base, terms, difficulty, options, isRight) {
  const guess = options === undefined ? 0 : 1 / options
  const free = 1 / (1 + Math.exp(slope * (difficulty - ability.value)))
  const p = Math.min(1 - 1e-6, Math.max(1e-6, guess + (1 - guess) * free))
  const bySlope = (((isRight ? 1 : 0) - p) / p / (1 - p)) * slope * (1 - guess) * free * (1 - free)
  const information = (slope * (1 - guess) * free * (1 - free)) ** 2 / (p * (1 - p))
  ability.slope += bySlope
  ability.weight += information
  base.slope -= bySlope
  base.weight += information
  for (const { unknown, value } of terms) {
    unknown.slope -= bySlope * value
    unknown.weight += information * value ** 2
  }
  return Math.log(isRight ? p : 1 - p)
}
