// Answers for the figures of the replay: which requests there are, writing and reading them.
import { listBuiltinModels } from '@cortensor/engine'
import { compareTrace } from '@cortensor/proofs'
import { sealWindows } from '@cortensor/protocols'

const ANIMALS = 'fox cat dog owl bear mouse rabbit lion frog duck horse goat robot dragon turtle penguin'.split(' ')
const NAMES = 'Tom Anna Ben Lily Max Mia Sam Zoe Leo Nina Oscar Ruby'.split(' ')
const FORMS = [
  'Tell me a story about a ',
  'Write a short story about a ',
  'Please tell me a story with a ',
  'Tell me about the life of a '
]
const EARLIER = [
  { role: 'user', content: 'Hello!' },
  { role: 'assistant', content: 'Hello! How can I help you today?' }
]

export const MAX_TOKENS = 128
export const builtin = (name) => listBuiltinModels().find((model) => model.name === name)

/** 832 different ones before the first comes again; the step has no divisor in common with that, so that neighbours differ in everything. */
function promptOf(number) {
  const place = (number * 397) % (FORMS.length * ANIMALS.length * (NAMES.length + 1))
  const form = FORMS[place % FORMS.length]
  const animal = ANIMALS[Math.floor(place / FORMS.length) % ANIMALS.length]
  const name = NAMES[Math.floor(place / FORMS.length / ANIMALS.length)]
  return `${form}${animal}${name === undefined ? '' : ` named ${name}`}.`
}

const OPEN = { maxTokens: MAX_TOKENS, temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] }
/** Honest answers of every kind of request: a quarter greedy, and every border behind which a sampler draws nothing. */
const SAMPLINGS = [
  { temperature: 0 },
  { temperature: 1 },
  { temperature: 0.8, topK: 40 },
  { temperature: 1, topP: 0.9 },
  { temperature: 0 },
  { temperature: 1.5 },
  { temperature: 0.7, minP: 0.05 },
  { temperature: 1, topK: 10 }
]

/** Stories that end by themselves, and answers that are cut at a limit, of which more are had at the same cost. */
const LIMITS = [MAX_TOKENS, 48, 48, 48]

const requestOf = (model, number, sampling) => ({
  model,
  messages: [...EARLIER, { role: 'user', content: promptOf(number) }],
  sampling: { ...OPEN, ...sampling },
  seed: Uint8Array.of(number & 0xff, number >> 8, 7)
})

/** A question alone, as most requests are. */
export function shortRequest(model, number, sampling) {
  const request = requestOf(model, number, sampling)
  return { ...request, messages: request.messages.slice(EARLIER.length) }
}

/** One of the requests that the attacks are on, all at temperature 1. */
export const sampledRequest = (model, number) => requestOf(model, number, {})
export function variedRequest(model, number) {
  const maxTokens = LIMITS[Math.floor(number / SAMPLINGS.length) % LIMITS.length]
  return requestOf(model, number, { ...SAMPLINGS[number % SAMPLINGS.length], maxTokens })
}

/** The answer as a transcript has it, with the logits that its writer had. */
export async function write(engine, spec) {
  const { messages, sampling, seed } = spec
  const tokenIds = []
  let promptTokenIds = []
  let text = ''
  for await (const event of engine.generate(spec)) {
    if (event.type === 'start') {
      promptTokenIds = event.promptTokenIds
    } else if (event.type === 'token') {
      tokenIds.push(...event.tokenIds)
      text += event.text
    } else {
      const { finishReason, timings, trace, usage } = event
      const windows = sealWindows(promptTokenIds, tokenIds, trace)
      return { messages, sampling, seed, promptTokenIds, tokenIds, text, finishReason, usage, timings, windows }
    }
  }
  throw new Error('an answer without an end')
}

export const writeAll = (engine, specs) => Promise.all(specs.map((spec) => write(engine, spec)))

/** How far an answer is, position by position, from what a reader with the right model computes. */
export async function read(engine, spec, generation, tolerance) {
  const evaluation = await engine.evaluate(spec, generation.tokenIds)
  return { evaluation, ...compareTrace(generation, evaluation, tolerance) }
}

/** The first position at which the answers part; their common length when they do not. */
export function commonLength(a, b) {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    if (a[at] !== b[at]) {
      return at
    }
  }
  return length
}

export const isSame = (a, b) => a.length === b.length && commonLength(a, b) === a.length
