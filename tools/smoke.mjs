// The swarm from outside, the way a user meets it: `npm start`, the official OpenAI client, a foreign IPFS node, `cortensor verify`.
//
//   node tools/smoke.mjs [--processes]
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import OpenAI from 'openai'
import { startJsonProcess } from './lib/json-process.mjs'
import { fetchFromStranger } from './lib/stranger.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const EPOCH_SECONDS = 6

// Generous, for a busy machine with two cores: they bound a failure and are no figures to reach, except the last.
const READY_MS = 180_000
const ANSWER_MS = 60_000
const FETCH_MS = 30_000
// a task that just missed a cut-off waits for the next one, and a silent leader costs a view
const EPOCH_MS = 10 * EPOCH_SECONDS * 1000
// charged in one epoch, settled after it, rewarded in the one that is anchored after that
const PAYMENT_MS = 12 * EPOCH_SECONDS * 1000
const STOP_MS = 20_000

class SmokeError extends Error {}

function expect(condition, message) {
  if (!condition) {
    throw new SmokeError(message)
  }
}

async function step(title, work) {
  const startedMs = performance.now()
  const result = await work()
  const note = typeof result === 'string' ? `: ${result}` : ''
  console.log(`  ok ${title}${note} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`)
  return result
}

function start(dataDir, processes) {
  const options = ['--data-dir', dataDir, '--epoch-seconds', String(EPOCH_SECONDS), ...(processes ? ['--processes'] : [])]
  // both ways to say --json: npm takes one for itself and hands the other on
  const args = processes ? ['start', '--', '--json', ...options] : ['start', '--json', '--', ...options]
  return startJsonProcess({ command: 'npm', args, cwd: ROOT })
}

async function untilReady(swarm) {
  const ready = await swarm.waitFor('ready event', ({ event }) => event === 'ready', READY_MS)
  expect(swarm.events[0] === ready, `the first line is ${JSON.stringify(swarm.events[0])} and not the ready event`)
  for (const [role, count] of Object.entries({ oracle: 4, router: 1, miner: 4 })) {
    const found = ready.nodes.filter((node) => node.role === role).length
    expect(found === count, `${found} nodes have the role ${role}, not ${count}`)
  }
  expect(new Set(ready.nodes.map(({ operator }) => operator)).size === ready.nodes.length, 'two nodes share an operator key')
  return ready
}

function openai({ api }) {
  const baseURL = api.url.endsWith('/v1') ? api.url : `${api.url.replace(/\/$/, '')}/v1`
  // as every user of this client has it: a busy machine may be late with its first answer
  return new OpenAI({ baseURL, apiKey: api.key, timeout: ANSWER_MS, maxRetries: 2 })
}

async function chooseModel(client) {
  const models = (await client.models.list()).data.map(({ id }) => id)
  expect(models.length > 0, 'GET /v1/models lists no model')
  return models.find((id) => id.includes('general')) ?? models[0]
}

const question = [{ role: 'user', content: 'What is the capital of France?' }]
/** Long enough that the router's three hundredths of its price are more than nothing. */
const story = [{ role: 'user', content: 'Tell me a story about a fox.' }]

async function complete(client, model) {
  const completion = await client.chat.completions.create({ model, messages: story, max_tokens: 128 })
  const choice = completion.choices[0]
  expect(choice?.message.content?.trim(), 'the answer is empty')
  expect(['stop', 'length'].includes(choice.finish_reason), `the answer ended with ${choice.finish_reason}`)
  return completion
}

const taskOf = ({ id }) => id.replace(/^chatcmpl-/, '')

/** The task of the streamed answer. */
let streamed = ''

async function stream(client, model) {
  const chunks = await client.chat.completions.create({ model, messages: question, max_tokens: 32, stream: true })
  let text = ''
  let finish
  let id = ''
  for await (const chunk of chunks) {
    id = chunk.id
    text += chunk.choices[0]?.delta.content ?? ''
    finish = chunk.choices[0]?.finish_reason ?? finish
  }
  expect(text.trim(), 'the streamed answer is empty')
  expect(finish != null, 'the stream ended without a finish_reason')
  streamed = taskOf({ id })
  return JSON.stringify(text.trim().slice(0, 40))
}

/** The swarm's own word on the task of this completion. */
function untilTask(swarm, completion) {
  const matches = (event) => event.event === 'task' && event.cid != null && completion.id.includes(event.taskId)
  return swarm.waitFor(`task event with a CID for ${completion.id}`, matches, ANSWER_MS)
}

async function fetchTranscript(ready, { cid, miners, taskId }) {
  const miner = ready.nodes.find(({ nodeId }) => miners.includes(nodeId))
  expect(miner != null, `the task names miners ${miners} that the ready event does not have`)
  const transcript = await fetchFromStranger({ addresses: miner.multiaddrs, cid, timeoutMs: FETCH_MS })
  expect(transcript != null && typeof transcript === 'object', `the block of task ${taskId} is no transcript`)
  return `${cid} has ${Object.keys(transcript).join(', ')}`
}

function untilEpoch(swarm) {
  const matches = (event) => event.event === 'epoch' && event.results > 0 && event.reportCid != null && event.txHash != null
  return swarm.waitFor('committed epoch with results', matches, EPOCH_MS)
}

/** Never blocks: a connection that the router closes meanwhile must be seen to be closed before it is used again. */
function cortensor(words, dataDir) {
  const where = dataDir === undefined ? [] : ['--data-dir', dataDir]
  const args = [join(ROOT, 'apps', 'cli', 'bin', 'cortensor.js'), ...words, '--json', ...where]
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { timeout: ANSWER_MS }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr })
    )
  })
}

/** Asks again until the answer is wanted. */
async function eventually(what, ask, isWanted) {
  const deadline = performance.now() + PAYMENT_MS
  for (;;) {
    const found = await ask()
    if (isWanted(found)) {
      return found
    }
    expect(performance.now() < deadline, `${what}: still ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Both answers are charged, the escrow pays exactly what they cost, and a part of it is the router's. */
async function payment(ready, tasks, dataDir) {
  const { number, escrow } = ready.session
  const receiptOf = async (id) => {
    const url = `${ready.api.url}/v1/receipts/${id}`
    return (await fetch(url, { headers: { authorization: `Bearer ${ready.api.key}` } })).json()
  }
  const receipts = await eventually(
    'receipts',
    () => Promise.all(tasks.map(receiptOf)),
    (all) => all.every((receipt) => receipt.payment?.state === 'settled')
  )
  const cost = receipts.reduce((sum, receipt) => sum + BigInt(receipt.payment.cost_micro), 0n)
  expect(cost > 0n, 'the answers cost nothing')
  const session = JSON.parse((await cortensor(['session', 'show', String(number)], dataDir)).stdout)
  const [paid, left] = [BigInt(session.paid), BigInt(session.balance)]
  expect(paid === cost && left === BigInt(escrow) - cost, `${cost} was spent, ${paid} paid, ${left} of ${escrow} left`)
  const claim = await eventually(
    'claim of the router',
    () => cortensor(['claim', '--node', 'router-1'], dataDir),
    ({ status }) => status === 0
  )
  const { paid: claimed } = JSON.parse(claim.stdout)
  expect(BigInt(claimed) > 0n && BigInt(claimed) < cost, `the router was paid ${claimed} of ${cost}`)
  return `${cost} micro-COR, of it ${claimed} to the router`
}

async function verifyEpoch({ epoch }, dataDir) {
  const { status, stdout, stderr } = await cortensor(['verify', 'epoch', String(epoch)], dataDir)
  expect(status === 0, `cortensor verify epoch ${epoch} ended with ${status}:\n${stdout}${stderr}`)
  try {
    JSON.parse(stdout)
  } catch {
    throw new SmokeError(`cortensor verify --json printed something else than JSON: ${stdout.slice(0, 300)}`)
  }
  return `epoch ${epoch}`
}

/** A file says what it says; whether the chain holds it, a digest or the chain does. */
async function verifyFile({ epoch }, dataDir) {
  const file = join(dataDir, 'epoch.car')
  const exported = await cortensor(['export', 'epoch', String(epoch), '--car', file], dataDir)
  expect(exported.status === 0, `cortensor export epoch ended with ${exported.status}:\n${exported.stderr}`)
  const check = async (expected, more, asked) => {
    const { status, stdout, stderr } = await cortensor(['verify', 'epoch', String(epoch), '--offline', file, ...more], asked)
    expect(status === expected, `the file ${more} ended with ${status} and not ${expected}:\n${stdout}${stderr}`)
  }
  await check(2, [])
  await check(0, [], dataDir)
  await check(1, ['--digest', `0x${'ab'.repeat(32)}`])
}

async function interrupt(swarm) {
  const { end, tookMs, left, stderr } = await swarm.interrupt(STOP_MS)
  expect(end != null, `still running ${STOP_MS} ms after SIGINT\n${stderr}`)
  expect(end.code === 0, `SIGINT ended it with ${end.signal ?? `exit code ${end.code}`}\n${stderr}`)
  expect(left.length === 0, `processes left behind: ${left.join(', ')}`)
  return `${tookMs} ms`
}

async function smoke({ processes }) {
  console.log(`smoke: ${processes ? 'one process a node' : 'all in one process'}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'cortensor-smoke-'))
  const swarm = start(dataDir, processes)
  try {
    const ready = await step('ready', () => untilReady(swarm))
    const client = openai(ready)
    const model = await step('models', () => chooseModel(client))
    const completion = await step('chat completion', () => complete(client, model))
    await step('streamed chat completion', () => stream(client, model))
    const task = await step('task event', () => untilTask(swarm, completion))
    await step('transcript fetched by a foreign node', () => fetchTranscript(ready, task))
    const epoch = await step('epoch committed', () => untilEpoch(swarm))
    await step('epoch verified', () => verifyEpoch(epoch, dataDir))
    await step('epoch verified from a file', () => verifyFile(epoch, dataDir))
    await step('answers paid', () => payment(ready, [taskOf(completion), streamed], dataDir))
    await step('stopped by SIGINT', () => interrupt(swarm))
  } finally {
    swarm.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const { values } = parseArgs({ options: { processes: { type: 'boolean', default: false } } })
try {
  await smoke(values)
  console.log('smoke: passed')
} catch (error) {
  console.log(`smoke: FAILED: ${error.message}`)
  process.exitCode = 1
}
