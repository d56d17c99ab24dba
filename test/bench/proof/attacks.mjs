// Answers that are not what they are said to be, all of 128 tokens, read by somebody who has the right model.
import { gumbelNoise } from '@cortensor/crypto'
import { candidatesAt, checkGeneration, defaultTolerance, tokenGap } from '@cortensor/proofs'
import { countWindows, DECODE_SPECS } from '@cortensor/protocols'
import { commonLength, MAX_TOKENS, read, sampledRequest, write, writeAll } from './answers.mjs'

export const LENGTHS = [32, 64, 96, 128]
export const REFERENCE = 'tiny-general-v2-f16'
export const OTHERS = ['tiny-general-v2-q8_0', 'tiny-general-v2-q4_0', 'tiny-mid-f16', 'tiny-weak-f16']
/** Of a reader with another engine than the writer's, and with an equal one. */
export const TOLERANCE = defaultTolerance('F16', 'none')
export const EQUAL = defaultTolerance('F16', 'engine')

const withTokens = (generation, tokenIds) => ({ ...generation, tokenIds, windows: [] })
const withSampling = (spec, sampling) => ({ ...spec, sampling: { ...spec.sampling, ...sampling } })
const placeIn = (number, length) => (number * 31) % length

/** Another token at one place of the answer's beginning. */
function oneChanged(generation, number, length) {
  const tokenIds = generation.tokenIds.slice(0, length)
  const at = placeIn(number, length)
  tokenIds[at] = 20 + ((tokenIds[at] + 1 + number * 7) % 1000)
  return withTokens(generation, tokenIds)
}

/** At one place the token that would have been drawn, were the drawn one not there. */
async function runnerUp(engine, spec, generation, number, length) {
  const tokenIds = generation.tokenIds.slice(0, length)
  const at = placeIn(number, length)
  const { trace } = await engine.evaluate(spec, tokenIds)
  const own = candidatesAt(trace, at)
  const { candidates } = DECODE_SPECS.verifiable
  const init = { sampling: spec.sampling, noise: gumbelNoise(spec.seed, at), candidates, slack: 0 }
  const others = [...own.ids].filter((id) => id !== tokenIds[at])
  const gaps = others.map((id) => tokenGap(own, id, init))
  tokenIds[at] = others[gaps.indexOf(Math.min(...gaps))]
  return withTokens(generation, tokenIds)
}

/**
 * Attacks on whole answers, each by its name. `make` has the cheat's engine, the request and the honest answer to it. `share`: how many
 * times as many answers are measured.
 */
export const ATTACKS = [
  ...OTHERS.map((name, i) => ({
    name: `${name} for ${REFERENCE}`,
    // differs seldom, so that more answers are needed to see how often
    share: i === 0 ? 2 : 1,
    make: ({ engine, models, spec }) => write(engine, { ...spec, model: models.get(name) })
  })),
  { name: 'another seed', make: ({ engine, spec }) => write(engine, { ...spec, seed: Uint8Array.of(...spec.seed, 1) }) },
  {
    name: 'the prompt ignored',
    make: ({ engine, spec }) => write(engine, { ...spec, messages: [{ role: 'user', content: 'Tell me a story.' }] })
  },
  {
    name: 'the prompt without its beginning',
    make: ({ engine, spec }) => write(engine, { ...spec, messages: spec.messages.slice(2) })
  },
  {
    name: "another request's answer copied",
    make: async ({ generation, number, tokensOf }) => withTokens(generation, tokensOf(number === 0 ? 1 : number - 1))
  },
  { name: 'greedy instead of sampled', make: ({ engine, spec }) => write(engine, withSampling(spec, { temperature: 0 })) },
  { name: 'temperature 0.8 for 1', make: ({ engine, spec }) => write(engine, withSampling(spec, { temperature: 0.8 })) }
]

/** Attacks on one place of an answer, or on its end, which are made anew for each length. */
export const PLACES = [
  { name: 'one token changed', make: ({ generation, number }, length) => oneChanged(generation, number, length) },
  {
    name: 'one token swapped for the runner-up',
    make: ({ engine, generation, number, spec }, length) => runnerUp(engine, spec, generation, number, length)
  }
]
export const CUT = 'the answer cut short'
/** Found by the ending rule and by nothing that depends on numbers, so that few will do. */
const CUT_SHARE = 0.25

/** What one row says of an answer: where it parts from the honest one (-1 for nowhere), and every token that is not the drawn one. */
function rowOf(number, honestIds, { tokenIds, windows }, { gaps, logitDifferences }) {
  const apart = honestIds === undefined ? null : commonLength(tokenIds, honestIds)
  return {
    number,
    tokens: tokenIds.length,
    apart: apart === tokenIds.length ? -1 : apart,
    // measured numbers are judged later, by the tolerances that then hold
    gaps: [...gaps].flatMap((gap, position) => (gap > 0 ? [[position, gap]] : [])),
    // null where the cheat tells the logits of the right model
    maxTold: windows.length > 0 ? Math.max(...logitDifferences) : null
  }
}

/**
 * Measures all attacks on the requests up to a number. A cheat tells the prompt's tokens, counts and ending as they should be: only its
 * tokens are in question, and its logits where it wrote them down with another model.
 *
 * @param {{ engine: object, models: Map<string, string>, rows: object, end: number }} init `models` are the endless copies by name
 */
export async function measureAttacks({ end, engine, models, rows }) {
  const model = models.get(REFERENCE)
  // what differs is told by the honest answer, so that there is one to every request of every attack
  await rows.fill('honest', end * Math.max(...ATTACKS.map(({ share = 1 }) => share)), async (numbers) => {
    const specs = numbers.map((number) => sampledRequest(model, number))
    const answers = await writeAll(engine, specs)
    return Promise.all(
      answers.map(async (generation, i) => ({
        ...rowOf(numbers[i], undefined, generation, await read(engine, specs[i], generation, TOLERANCE)),
        tokenIds: generation.tokenIds
      }))
    )
  })
  const tokensOf = (number) => rows.of('honest')[number]?.tokenIds
  const forge = (make) => (numbers) =>
    Promise.all(
      numbers.map(async (number) => {
        const spec = sampledRequest(model, number)
        const tokenIds = tokensOf(number)
        const made = await make({ engine, models, spec, generation: { ...spec, tokenIds, windows: [] }, tokensOf, number })
        // whatever it was made from, it is said to be the answer to this request
        const forged = { ...made, messages: spec.messages, sampling: spec.sampling, seed: spec.seed }
        return rowOf(number, tokenIds, forged, await read(engine, spec, forged, TOLERANCE))
      })
    )
  for (const { make, name, share = 1 } of ATTACKS) {
    await rows.fill(name, end * share, forge(make))
  }
  for (const length of LENGTHS) {
    for (const { make, name } of PLACES) {
      await rows.fill(
        `${name} ${length}`,
        end,
        forge((context) => make(context, length))
      )
    }
    await rows.fill(`${CUT} ${length}`, Math.floor(end * CUT_SHARE), (numbers) =>
      Promise.all(
        numbers.map(async (number) => {
          const spec = sampledRequest(model, number)
          const tokenIds = tokensOf(number).slice(0, Math.min(length, MAX_TOKENS - 1))
          const evaluation = await engine.evaluate(spec, tokenIds)
          const { promptTokenIds, text } = evaluation
          const usage = { promptTokens: promptTokenIds.length, completionTokens: tokenIds.length }
          const windows = Array(countWindows(tokenIds.length)).fill(null)
          const cut = { ...spec, promptTokenIds, tokenIds, text, finishReason: 'stop', usage, windows }
          const { reason, verdict } = checkGeneration(cut, evaluation, TOLERANCE)
          return { number, tokens: tokenIds.length, verdict, reason }
        })
      )
    )
  }
}
