import type { ChatMessage, CompletionRequest, Rng } from '@cortensor/interface'
import {
  CALIBRATED_CATEGORIES,
  calibratedTemplates,
  correctProbability,
  drawItem,
  type ItemParams,
  type QuizItem
} from '@cortensor/scoring'
import { utf8Length } from '@cortensor/utils'
import type { Shape } from './shapes.js'

export interface Probe {
  request: CompletionRequest
  /** The item behind it; null where the shape has no room for one, and the answer tells nothing. */
  item: QuizItem | null
}

/** Above this an able model gives wrong answers by chance. */
const MAX_TEMPERATURE = 0.3
/** Items that are drawn to find one with the very length that is wanted. */
const MAX_DRAWS = 64

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

function drawQuestion(rng: Rng): QuizItem {
  const [category] = rng.shuffle(CALIBRATED_CATEGORIES)
  const [template] = rng.shuffle(category === undefined ? [] : calibratedTemplates(category))
  if (category === undefined || template === undefined) {
    throw new RangeError('The catalogue is empty')
  }
  return drawItem(category, template, rng)
}

/** So many bytes of the catalogue's questions, one after another. */
function filler(bytes: number, rng: Rng): string {
  let text = ''
  while (text.length < bytes) {
    const { answer, question } = drawQuestion(rng)
    text += isAscii(question + answer) ? `${question} ${answer}. ` : ''
  }
  return text.slice(0, bytes)
}

/** An item as this shape's only question, if its answer can be marked: greedy enough, alone, with room for it, and to the byte as long. */
function itemFor({ messages, request }: Shape, rng: Rng): QuizItem | null {
  const [only, ...others] = messages
  const { maxTokens, stop = [], temperature = 1 } = request.sampling
  if (only?.role !== 'user' || others.length > 0 || temperature > MAX_TEMPERATURE || stop.length > 0) {
    return null
  }
  for (let i = 0; i < MAX_DRAWS; i++) {
    const item = drawQuestion(rng)
    if (utf8Length(item.question) === only.bytes && (maxTokens === undefined || maxTokens >= item.maxTokens)) {
      return item
    }
  }
  return null
}

/**
 * A request of a given shape that asks something of the quiz's catalogue: nothing but its words tells it from the one that had the shape. Not
 * every shape has room for an item whose answer can be marked; the others are filled all the same, because leaving them out would show.
 */
export function probeOf(shape: Shape, rng: Rng): Probe {
  const item = itemFor(shape, rng)
  const messages = shape.messages.map(({ bytes, role }): ChatMessage => ({ role, content: item?.question ?? filler(bytes, rng) }))
  return { request: { ...shape.request, messages, ...(shape.hasSeed ? { seed: rng.int(0, 2 ** 31 - 1) } : {}) }, item }
}

/** What `correctProbability` gives for certainty. */
const CERTAIN = 2 ** 40
const MAX_ABILITY_MILLI = 4_000

/** The chance of a right answer at an ability in logits. */
export function chanceOf(item: ItemParams, ability: number): number {
  const milli = Math.round(1_000 * ability)
  return correctProbability(item, Math.max(-MAX_ABILITY_MILLI, Math.min(MAX_ABILITY_MILLI, milli))) / CERTAIN
}
