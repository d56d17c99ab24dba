// CPU time to read answers against that to write them: other work on the machine has less influence on it than on the clock.
import { defaultTolerance } from '@cortensor/proofs'
import { cpuMsOf } from '../lib/stats.mjs'
import { figure } from '../lib/table.mjs'
import { read, shortRequest, write } from './answers.mjs'

const TURN_TOKENS = 512
const AIM_FROM = 64

/** CPU time of the engine's process and of this one, which draws the tokens again and compares, in ms. */
const cpuMs = (engine) => {
  const { system, user } = process.cpuUsage()
  return { engine: cpuMsOf(engine.childPid), own: (user + system) / 1000 }
}

/**
 * @param {object} engine
 * @param {{ model: string, name: string, lengths: number[], samplings: Record<string, object>, tokensEach: number }} init `model` is an
 *   endless one, so that answers have the length that is asked for; Linux counts CPU time in hundredths of a second, so that a few thousand
 *   tokens of a small model are needed to say anything
 */
export async function measureCost(engine, { lengths, model, name, samplings, tokensEach }) {
  const kinds = Object.entries(samplings).flatMap(([label, sampling]) =>
    lengths.map((length) => ({ label, sampling, length, tokens: 0, prompt: 0, writing: 0, reading: 0, comparing: 0 }))
  )
  const tolerance = defaultTolerance('Q8_0', 'engine')
  // in turns, so that whatever else the machine does hits all lengths alike; the first turn compiles the code of all
  for (let turn = 0; turn <= tokensEach / TURN_TOKENS; turn++) {
    for (const kind of kinds) {
      const count = TURN_TOKENS / kind.length
      const specs = Array.from({ length: count }, (_, i) =>
        shortRequest(model, turn * count + i, { ...kind.sampling, maxTokens: kind.length })
      )
      const before = cpuMs(engine)
      const answers = []
      for (const spec of specs) {
        answers.push(await write(engine, spec))
      }
      const between = cpuMs(engine)
      for (const [i, answer] of answers.entries()) {
        await read(engine, specs[i], answer, tolerance)
      }
      const after = cpuMs(engine)
      if (turn > 0) {
        kind.tokens += answers.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
        kind.prompt = answers[0].promptTokenIds.length
        kind.writing += between.engine - before.engine
        kind.reading += after.engine - between.engine
        kind.comparing += after.own - between.own
      }
    }
  }
  return kinds.flatMap(({ comparing, label, length, prompt, reading, tokens, writing }) => {
    const each = (ms) => (ms * 1000) / tokens
    const against = { against: 'writing', base: each(writing) }
    const aim = length >= AIM_FROM ? '<= 0.2' : undefined
    const what = `${name}, ${label}, ${length} tokens after ${prompt} of prompt`
    return [
      figure(`${what}: reading`, each(reading), 'us/token', { ...against, aim }),
      figure(`${what}: comparing and messages`, each(comparing), 'us/token', against)
    ]
  })
}
