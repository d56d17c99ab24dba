// One streamed answer, measured the same way whether it comes from an engine in this process or over HTTP from a router.
import { listBuiltinModels } from '@cortensor/engine'

export const MODEL_NAME = 'tiny-general-v2-q8_0'

export const builtinModel = () => listBuiltinModels().find(({ name }) => name === MODEL_NAME)

const ANIMALS = ['dog', 'cat', 'fox', 'bear', 'rabbit', 'lion', 'frog', 'duck', 'horse', 'mouse', 'bird', 'fish']

/** Stories are the longest answers of the built-in models, 60 to 90 tokens; greedy, so that both sides compute the same ones. */
export const storyPrompt = (i) => `Tell me a story about a ${ANIMALS[i % ANIMALS.length]}.`

/**
 * @typedef {object} Answer
 * @property {number} firstMs from the request to the first text
 * @property {number} lastMs from the request to the last text
 * @property {number} totalMs from the request to the end of the answer
 * @property {number} tokens
 * @property {string} text
 */

/**
 * @param {{ onEvent?: (event: object) => void, sampling?: object, decode?: string }} [options] `onEvent` is told of everything that the
 *   engine says
 * @returns {Promise<Answer>}
 */
export async function askEngine(engine, prompt, maxTokens, { decode, onEvent, sampling } = {}) {
  const startedMs = performance.now()
  const answer = { firstMs: null, lastMs: 0, totalMs: 0, tokens: 0, text: '' }
  const events = engine.generate({
    model: builtinModel().id,
    messages: [{ role: 'user', content: prompt }],
    sampling: { maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [], ...sampling },
    seed: new Uint8Array(32),
    decode
  })
  for await (const event of events) {
    onEvent?.(event)
    if (event.type === 'token' && event.text !== '') {
      answer.lastMs = performance.now() - startedMs
      answer.firstMs ??= answer.lastMs
      answer.text += event.text
    } else if (event.type === 'end') {
      answer.tokens = event.usage.completionTokens
    }
  }
  answer.totalMs = performance.now() - startedMs
  return answer
}

/** @returns {Promise<Answer>} */
export async function askRouter({ key, url }, prompt, maxTokens) {
  const startedMs = performance.now()
  const answer = { firstMs: null, lastMs: 0, totalMs: 0, tokens: 0, text: '' }
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: MODEL_NAME,
      messages: [{ role: 'user', content: prompt }],
      max_tokens: maxTokens,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true }
    })
  })
  if (!response.ok) {
    throw new Error(`The router answered ${response.status}: ${await response.text()}`)
  }
  let rest = ''
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + piece).split('\n\n')
    rest = frames.pop()
    for (const frame of frames) {
      take(answer, frame, startedMs)
    }
  }
  answer.totalMs = performance.now() - startedMs
  return answer
}

function take(answer, frame, startedMs) {
  if (!frame.startsWith('data: {')) {
    return
  }
  const { choices, error, usage } = JSON.parse(frame.slice(6))
  if (error != null) {
    throw new Error(`The router ended the stream: ${error.message}`)
  }
  const text = choices[0]?.delta.content ?? ''
  if (text !== '') {
    answer.lastMs = performance.now() - startedMs
    answer.firstMs ??= answer.lastMs
    answer.text += text
  }
  answer.tokens = usage?.completion_tokens ?? answer.tokens
}
