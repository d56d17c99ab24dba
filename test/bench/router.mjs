// What the way through the network costs: HTTP, router, header on the mesh, stream to the miner, transcript and result, against engines
// of the same model that this process calls directly. Both sides take turns, so that whatever else the machine does meets both.
import { createLlamaEngine } from '@cortensor/engine'
import { askEngine, askRouter, builtinModel, MODEL_NAME, storyPrompt } from './lib/chat.mjs'
import { canSeeProcesses, cpuMsOf, descendants } from './lib/processes.mjs'
import { p50, p99, sum, timed } from './lib/stats.mjs'
import { withSwarm } from './lib/swarm.mjs'
import { figure } from './lib/table.mjs'

export const title = `answers through the router (one process a node, 2 miners of ${MODEL_NAME}), against the same engine called directly`

const MINERS = 2
/** As the swarm configures its miners. */
const ENGINE = { sequences: 4, threads: 1 }

const FIRST_TOKEN_REQUESTS = 150
const FIRST_TOKEN_MAX_TOKENS = 4
const STREAM_REQUESTS = 30
const STREAM_MAX_TOKENS = 256
const SATURATED_STREAMS = MINERS * ENGINE.sequences
const SATURATED_TURNS = 4
const REQUESTS_PER_STREAM = 10

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a request leaves behind, such as a result on its way over the mesh, must not be paid for by the next one. */
const pause = () => sleep(30)

/**
 * Many requests leave transcripts, which are announced in the DHT for some seconds. Waits until all processes together use little more CPU
 * than before the first request.
 */
const QUIET_SHARE = 1.5
const QUIET_TIMEOUT_MS = 12_000
async function createQuiet() {
  if (!canSeeProcesses) {
    return () => sleep(QUIET_TIMEOUT_MS)
  }
  const used = () => sum(descendants().map(({ pid }) => cpuMsOf(pid)))
  const coresFor = async (ms) => {
    const [before, startedMs] = [used(), performance.now()]
    await sleep(ms)
    return (used() - before) / (performance.now() - startedMs)
  }
  const idleCores = await coresFor(3_000)
  return async () => {
    const deadline = performance.now() + QUIET_TIMEOUT_MS
    while ((await coresFor(1_000)) > QUIET_SHARE * idleCores && performance.now() < deadline) {
      // somebody still works on the last requests
    }
  }
}

/** Both sides in turn; the one that begins changes from turn to turn. */
async function inTurn(turns, sides, rest = pause) {
  const names = Object.keys(sides)
  const answers = Object.fromEntries(names.map((name) => [name, []]))
  for (let turn = 0; turn < turns; turn++) {
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      await rest()
      answers[name].push(await sides[name](turn))
    }
  }
  return answers
}

async function firstToken(ask) {
  const times = await inTurn(FIRST_TOKEN_REQUESTS, {
    direct: async (i) => (await ask.direct(0, storyPrompt(i), FIRST_TOKEN_MAX_TOKENS)).firstMs,
    routed: async (i) => (await ask.routed(0, storyPrompt(i), FIRST_TOKEN_MAX_TOKENS)).firstMs
  })
  const { direct, routed } = times
  return [
    figure('time to first token, p50', p50(routed), 'ms', { against: 'direct', base: p50(direct) }),
    figure('time to first token, p99', p99(routed), 'ms', { against: 'direct', base: p99(direct) }),
    figure('added to the first token, p50', p50(routed) - p50(direct), 'ms', { aim: '<= 10' }),
    figure('added to the first token, p99', p99(routed) - p99(direct), 'ms', { aim: '<= 50' })
  ]
}

/** Tokens after the first, a second: what a reader of the stream sees. */
const decodeRate = ({ firstMs, lastMs, tokens }) => ((tokens - 1) * 1000) / (lastMs - firstMs)
const wholeRate = ({ tokens, totalMs }) => (tokens * 1000) / totalMs

async function oneStream(ask) {
  const answers = await inTurn(STREAM_REQUESTS, {
    direct: (i) => ask.direct(0, storyPrompt(i), STREAM_MAX_TOKENS),
    routed: (i) => ask.routed(0, storyPrompt(i), STREAM_MAX_TOKENS)
  })
  const { direct, routed } = answers
  const same = routed.filter(({ text }, i) => text === direct[i].text).length
  const rate = (of) => ({ routed: p50(routed.map(of)), direct: p50(direct.map(of)) })
  const [decode, whole] = [rate(decodeRate), rate(wholeRate)]
  return [
    figure('one stream: first to last token', decode.routed, 'tokens/s', {
      against: 'direct',
      base: decode.direct,
      aim: 'ratio >= 0.95'
    }),
    figure('one stream: request to end', whole.routed, 'tokens/s', { against: 'direct', base: whole.direct }),
    figure('one stream: equal answers', same, 'answers', { against: 'asked', base: STREAM_REQUESTS }),
    figure('one stream: length', sum(routed.map(({ tokens }) => tokens)) / STREAM_REQUESTS, 'tokens')
  ]
}

/** Some streams at once, each asking again as soon as it was answered. */
async function saturate(ask, streams, turn) {
  const { ms, result } = await timed(() =>
    Promise.all(
      Array.from({ length: streams }, async (_, stream) => {
        let tokens = 0
        for (let i = 0; i < REQUESTS_PER_STREAM; i++) {
          const answer = await ask(stream, storyPrompt(turn + stream + i), STREAM_MAX_TOKENS)
          tokens += answer.tokens
        }
        return tokens
      })
    )
  )
  return { tokens: sum(result), ms }
}

/** CPU time since the last look, in ms, of the processes that each pattern names. */
function createCpuMeter(groups) {
  const look = () => {
    const all = canSeeProcesses ? descendants() : []
    const nameOf = ({ command, parent }) =>
      groups.find(([, pattern]) => pattern.test(command))?.[0] ??
      (/engine\/dist\/child/.test(command) ? (parent === process.pid ? 'direct engines' : 'engines of miners') : 'other')
    const totals = { client: (process.cpuUsage().user + process.cpuUsage().system) / 1000 }
    for (const one of all) {
      const name = nameOf(one)
      totals[name] = (totals[name] ?? 0) + cpuMsOf(one.pid)
    }
    return totals
  }
  let last = look()
  return () => {
    const now = look()
    const spent = Object.fromEntries(Object.entries(now).map(([name, ms]) => [name, ms - (last[name] ?? 0)]))
    last = now
    return spent
  }
}

const GROUPS = [
  ['router', /--role router/],
  ['miners', /--role miner/],
  ['oracles', /--role oracle/]
]

async function saturation(ask, streams, name, untilQuiet) {
  const meter = createCpuMeter(GROUPS)
  const spent = { direct: {}, routed: {} }
  const measured = (side) => async (turn) => {
    meter()
    const result = await saturate(ask[side], streams, turn)
    for (const [part, ms] of Object.entries(meter())) {
      spent[side][part] = (spent[side][part] ?? 0) + ms
    }
    return result
  }
  const results = await inTurn(SATURATED_TURNS, { direct: measured('direct'), routed: measured('routed') }, untilQuiet)
  const rate = (turns) => (sum(turns.map(({ tokens }) => tokens)) * 1000) / sum(turns.map(({ ms }) => ms))
  const perKilotoken = (side, part) => (spent[side][part] ?? 0) / (sum(results[side].map(({ tokens }) => tokens)) / 1000)
  const figures = [
    figure(`${name}: all streams`, rate(results.routed), 'tokens/s', {
      against: 'direct',
      base: rate(results.direct),
      aim: 'ratio >= 0.95'
    })
  ]
  if (canSeeProcesses) {
    figures.push(
      figure(`${name}: CPU of the engines`, perKilotoken('routed', 'engines of miners'), 'ms/1000 tokens', {
        against: 'direct',
        base: perKilotoken('direct', 'direct engines')
      }),
      figure(`${name}: CPU of the client`, perKilotoken('routed', 'client'), 'ms/1000 tokens', {
        against: 'direct',
        base: perKilotoken('direct', 'client')
      }),
      ...['router', 'miners', 'oracles'].map((part) =>
        figure(`${name}: CPU of the ${part}`, perKilotoken('routed', part), 'ms/1000 tokens')
      )
    )
  }
  return figures
}

export async function run() {
  const engines = Array.from({ length: MINERS }, () => createLlamaEngine({ models: [builtinModel()], ...ENGINE }))
  await Promise.all(engines.map((engine) => engine.start()))
  try {
    // An epoch of a minute, so that quiz rounds, which use the miners' engines too, stay rare.
    return await withSwarm({ processes: true, miners: MINERS, epochSeconds: 60 }, async ({ ready }) => {
      const ask = {
        direct: (stream, prompt, maxTokens) => askEngine(engines[stream % MINERS], prompt, maxTokens),
        routed: (_stream, prompt, maxTokens) => askRouter(ready.api, prompt, maxTokens)
      }
      const untilQuiet = await createQuiet()
      // Code that has run a few hundred times is what a node runs for the rest of its life.
      await saturate(ask.direct, SATURATED_STREAMS, 0)
      await saturate(ask.routed, SATURATED_STREAMS, 0)
      await untilQuiet()
      return [
        ...(await firstToken(ask)),
        ...(await oneStream(ask)),
        ...(await saturation(ask, SATURATED_STREAMS, `${SATURATED_STREAMS} streams`, untilQuiet))
      ]
    })
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()))
  }
}
