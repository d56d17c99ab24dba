// The training text: questions and answers from the quiz catalogue's own templates, and some small talk.

import { CATALOGUE } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { drawChat } from './chat.mjs'
import { CATEGORY_SHARES, CLOSED, TEMPLATE_SHARES } from './mixture.mjs'

/** One question in this many is kept from the models, by its hash. */
const HELD_OUT_EVERY = 20

/** How much more there is of the focus than of all other categories together. */
const FOCUS = 3

/** @typedef {{ id: string, category: string, question: string, answer: string, parameters?: Record<string, number> }} TrainingRecord */

/** 32-bit FNV-1a over UTF-16 units. */
export function hashOf(text) {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}

/** Never trained on, so that an evaluation measures skill and not memory. */
export const isHeldOut = (id, question) => !CLOSED.has(id) && hashOf(question) % HELD_OUT_EVERY === 0

/**
 * Everything that can be drawn, with its share: `id` is `category/template`.
 *
 * @param {readonly string[]} focus categories that make up three quarters of all; without any, all have their usual shares
 */
export function sources(focus = []) {
  const known = Object.keys(CATEGORY_SHARES)
  const unknown = focus.find((category) => !known.includes(category))
  if (unknown !== undefined) {
    throw new Error(`There is no category ${unknown}; there are ${known.join(', ')}`)
  }
  const sum = (categories) => categories.reduce((total, category) => total + CATEGORY_SHARES[category], 0)
  const others = known.filter((category) => !focus.includes(category))
  const boost = focus.length === 0 ? 1 : (FOCUS * sum(others)) / sum(focus)
  return known.flatMap((category) => {
    const share = CATEGORY_SHARES[category] * (focus.includes(category) ? boost : 1)
    if (category === 'chat') {
      return [{ id: 'chat/chat', category, share, draw: drawChat }]
    }
    const templates = CATALOGUE[category]
    const weights = templates.map(({ name }) => TEMPLATE_SHARES[`${category}/${name}`] ?? 1)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return templates.map((template, i) => ({
      id: `${category}/${template.name}`,
      category,
      share: (share * weights[i]) / total,
      draw: template.draw
    }))
  })
}

/**
 * Endless, and the same for the same seed. Without held-out questions.
 *
 * @returns {Generator<TrainingRecord>}
 */
export function* trainingRecords(seed, focus) {
  const rng = createSeededRng(`tiny-model/train/${seed}`)
  const all = sources(focus)
  const total = all.reduce((sum, { share }) => sum + share, 0)
  while (true) {
    const source = drawSource(all, rng.next() * total)
    const record = { id: source.id, category: source.category, ...source.draw(rng) }
    if (!isHeldOut(record.id, record.question)) {
      yield record
    }
  }
}

/** The source in whose share a point between 0 and the sum of all shares lies. */
function drawSource(all, point) {
  let below = 0
  for (const source of all) {
    below += source.share
    if (point < below) {
      return source
    }
  }
  return all.at(-1)
}

/** Draws before a template without new questions is given up; a held-out question comes once in twenty draws. */
const MAX_DRAWS_EACH = 400

/**
 * Different questions of every template, held out where the template is open.
 *
 * @returns {TrainingRecord[]}
 */
export function testRecords(seed, perTemplate) {
  return sources()
    .filter(({ category }) => category !== 'chat')
    .flatMap(({ id, category, draw }) => {
      const rng = createSeededRng(`tiny-model/test/${seed}/${id}`)
      const found = new Map()
      for (let draws = 0; found.size < perTemplate && draws < perTemplate * MAX_DRAWS_EACH; draws++) {
        const record = { id, category, ...draw(rng) }
        if (CLOSED.has(id) || isHeldOut(id, record.question)) {
          found.set(record.question, record)
        }
      }
      return [...found.values()]
    })
}
