import { readFileSync } from 'node:fs'
import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../src/items/catalogue.js'
import { LATER_READINGS, solveLater } from './later-solver.js'
import { READINGS, solve } from './solver.js'

interface Example {
  c: QuizCategory
  s: string
  q: string
  a: string
}

const examples: Example[] = readFileSync(new URL('./fixtures/quiz-examples.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** Not asked: the catalogue counts further than the examples do, and of small talk no single answer is right. */
const LEFT_OUT = ['sequences/count', 'text/story', 'text/chat']

/** A sub-task of the examples and the templates that ask it. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'arithmetic/add': ['add'],
  'arithmetic/add3': ['add-large'],
  'arithmetic/sub': ['subtract'],
  'arithmetic/mul': ['multiply'],
  'arithmetic/div': ['divide'],
  'arithmetic/steps': ['steps'],
  'compare/larger': ['larger'],
  'compare/yesno': ['greater-or-less'],
  'compare/max3': ['largest'],
  'compare/parity': ['parity'],
  'logic/bool': ['two-values', 'three-values'],
  'logic/imply': ['implies'],
  'logic/syll': ['syllogism'],
  'logic/order': ['order'],
  'sequences/arith': ['rising'],
  'sequences/down': ['falling'],
  'sequences/geo': ['multiplied'],
  'sequences/alpha': ['letters'],
  'strings/reverse': ['reverse'],
  'strings/upper': ['upper-case'],
  'strings/sort': ['sort'],
  'strings/pos': ['position'],
  'strings/repeat': ['repeat'],
  'strings/count': ['occurrences'],
  'units/down': ['to-small'],
  'units/up': ['to-big'],
  'calendar/after': ['days-after'],
  'calendar/before': ['days-before'],
  'calendar/month': ['month'],
  'calendar/mdays': ['days-in-month'],
  'calendar/leap': ['leap-year'],
  'facts/capital': ['capital'],
  'facts/country': ['country'],
  'facts/lang': ['language'],
  'facts/continent': ['continent'],
  'facts/symbol': ['symbol'],
  'facts/atomic': ['atomic-number'],
  'facts/planet': ['planet'],
  'facts/opposite': ['opposite'],
  'facts/young': ['young-animal'],
  'facts/legs': ['legs'],
  'facts/mix': ['color-mix'],
  'text/country': ['country'],
  'text/element': ['element'],
  'text/planets': ['list']
}

/** Enough to meet every question of a closed sub-task: the largest has 840. */
const CLOSED_DRAWS = 20_000
const OPEN_DRAWS = 500

const idOf = (example: Example): string => `${example.c}/${example.s}`

function drawAll(subTask: string, draws: number) {
  const category = subTask.split('/')[0] as QuizCategory
  const templates = CATALOGUE[category].filter((template) => TEMPLATES[subTask]?.includes(template.name))
  const rng = createSeededRng(subTask)
  return templates.flatMap((template) => Array.from({ length: draws }, () => template.draw(rng)))
}

describe('phrasing', () => {
  it('has a template for every kept sub-task, and a reading for every other template', () => {
    expect(examples).toHaveLength(803)
    expect(new Set(examples.map(idOf))).toEqual(new Set([...Object.keys(TEMPLATES), ...LEFT_OUT]))
    const named = Object.entries(TEMPLATES).flatMap(([id, names]) => names.map((name) => `${id.split('/')[0]}/${name}`))
    const known = QUIZ_CATEGORIES.flatMap((category) => CATALOGUE[category].map((template) => `${category}/${template.name}`))
    expect([...named, ...Object.keys(LATER_READINGS)].sort()).toEqual(known.sort())
  })

  it.each(Object.keys(LATER_READINGS))('of %s can be read without its template, and so can the answer', (id) => {
    const [category, name] = id.split('/') as [QuizCategory, string]
    const template = CATALOGUE[category].find((template) => template.name === name)
    const rng = createSeededRng(id)
    for (let draws = 0; draws < OPEN_DRAWS; draws++) {
      const { answer, question } = template?.draw(rng) ?? { answer: '', question: '' }
      expect([question, solveLater(id, question)]).toEqual([question, answer])
    }
  })

  it.each(Object.keys(READINGS))('of %s reads the same in examples and in items, and so does the answer', (subTask) => {
    const own = examples.filter((example) => idOf(example) === subTask)
    expect(own.length).toBeGreaterThan(0)
    for (const { q, a } of own) {
      expect([q, solve(subTask, q)]).toEqual([q, a])
    }
    for (const { question, answer } of drawAll(subTask, OPEN_DRAWS)) {
      expect([question, solve(subTask, question)]).toEqual([question, answer])
    }
  })

  it.each(Object.keys(TEMPLATES).filter((id) => !(id in READINGS)))('of %s holds every example, answer included', (subTask) => {
    const drawn = new Map(drawAll(subTask, CLOSED_DRAWS).map(({ question, answer }) => [question, answer]))
    for (const { q, a } of examples.filter((example) => idOf(example) === subTask)) {
      expect([q, drawn.get(q)]).toEqual([q, a])
    }
  })
})
