// The epoch report: from the signed messages that four oracles saw to the roots, and its check. An oracle has checked the signature of each
// message when it came; somebody who heard none of them has all of that to do.
import { PUBLIC_PARAMS } from '@cortensor/config'
import { blockCid, bytesToHex32, cidFromHash, createVerifier, ed25519FromSeed, sha256, verifyEd25519 } from '@cortensor/crypto'
import { ROLE_BITS } from '@cortensor/interface'
import {
  createBinding,
  encodeBucket,
  encodeOracleMessage,
  encodePresence,
  encodeResultMessage,
  encodeTaskHeader,
  loadReport,
  networkIdOf,
  OPEN_SESSION,
  openEnvelope,
  resultCommitment,
  sealEnvelope,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { anchorOf, checkReport, collectEvidence, createItemMemo, deriveReport, initialLedger } from '@cortensor/scoring'
import { bytesToHex, compareBytes } from '@cortensor/utils'
import { ed25519 } from '@noble/curves/ed25519.js'
import { addressOf, hashOf, signerOf } from './lib/identities.mjs'
import { cpuTimed, p50 } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'epoch report (4 oracles who saw the same, 4 miners)'

const RESULTS = [1_000, 10_000]
/** A figure of building alone, with the items already opened: no mesh brings as much in one epoch. */
const MOST_RESULTS = 100_000
const TIMES = 3
/** Items of one bucket, about as an oracle cuts them. */
const BUCKET_ITEMS = 1_000

const GENESIS_MS = 1_700_000_000_000
const registry = addressOf('registry')
const chainId = 31_337
const network = { networkId: networkIdOf(chainId, registry), chainId, registry }
const params = PUBLIC_PARAMS
const verifier = createVerifier()

const oracles = ['a', 'b', 'c', 'd'].map((name) => signerOf(`oracle ${name}`))
const router = signerOf('router')
const miners = ['w', 'x', 'y', 'z'].map((name) => signerOf(`miner ${name}`))
const hex32Of = (text) => bytesToHex32(hashOf(text))
const committee = {
  config: hex32Of('config'),
  members: oracles.map(({ nodeId, operator }) => ({ nodeId, operator })),
  faults: 1,
  attestations: 2
}
const registration = (role, { nodeId, operator }) => ({
  operator,
  nodeId,
  roles: ROLE_BITS[role],
  stake: 1n,
  payout: operator
})
const anchor = anchorOf({
  draw: null,
  block: { number: 7, hash: hex32Of('block') },
  registrations: [registration('router', router), ...miners.map((miner) => registration('miner', miner))],
  sessions: [],
  funding: { funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n, genesisMs: 0 }
})

let sequence = 0
const seal = (signer, family, payload) =>
  sealEnvelope(signer, {
    networkId: network.networkId,
    family,
    sequence: ++sequence,
    expiryMs: GENESIS_MS + sequence,
    payload
  })

async function presence(node) {
  const binding = await createBinding(node, { chainId, registry })
  const capacity = { fingerprint: '', freeSlots: 1, totalSlots: 1, queueLength: 0, addresses: [], agent: 'bench' }
  return seal(node, 'presence', encodePresence({ generation: 1, roles: ['miner'], binding, models: [], ...capacity }))
}

const headerOf = (i) => ({
  sessionId: OPEN_SESSION,
  modelId: bytesToHex(hashOf('model')),
  decodeSpec: VERIFIABLE_DECODE_SPEC,
  payloadCommitment: hex32Of(`payload ${i}`),
  assigned: [],
  redundancy: 1,
  priceMicroPerKilotoken: 1_000,
  maxTokens: 256,
  deadlineMs: GENESIS_MS + 30_000,
  nonce: hashOf(`nonce ${i}`),
  attempt: 1
})

/** The header, precommit and commit of one answer. */
async function task(i) {
  const miner = miners[i % miners.length]
  const header = encodeTaskHeader({
    sessionId: OPEN_SESSION,
    modelId: bytesToHex(hashOf('model')),
    decodeSpec: VERIFIABLE_DECODE_SPEC,
    payloadCommitment: hex32Of(`payload ${i}`),
    assigned: [miner.nodeId],
    redundancy: 1,
    priceMicroPerKilotoken: 1_000,
    maxTokens: 256,
    deadlineMs: GENESIS_MS + 30_000,
    nonce: hashOf(`nonce ${i}`),
    attempt: 1,
    privacy: 'public'
  })
  const taskId = taskIdOf(network.networkId, router.nodeId, header)
  const salt = hashOf(`salt ${i}`)
  const transcript = blockCid(hashOf(`transcript ${i}`), 'dag-cbor')
  const commitment = resultCommitment(taskId, miner.nodeId, salt, transcript)
  const counts = { promptTokens: 20, completionTokens: 80, finishReason: 'stop' }
  return [
    await seal(router, 'task', header),
    await seal(miner, 'result', encodeResultMessage({ type: 'precommit', taskId, commitment })),
    await seal(miner, 'result', encodeResultMessage({ type: 'commit', taskId, salt, transcript, ...counts }))
  ]
}

/** What four oracles say at the end of an epoch in which all of them saw the same items. */
async function observe(items, state) {
  const blocks = new Map()
  const sorted = items.toSorted((a, b) => compareBytes(sha256(a), sha256(b)))
  const count = 2 ** Math.ceil(Math.log2(Math.max(1, sorted.length / BUCKET_ITEMS)))
  const byPrefix = Map.groupBy(sorted, (item) => Math.floor((sha256(item)[0] / 256) * count))
  for (let i = 0; i < count; i++) {
    const bucket = encodeBucket({ version: 1, items: byPrefix.get(i) ?? [] })
    blocks.set(blockCid(bucket, 'dag-cbor'), bucket)
  }
  const measures = miners.map(({ nodeId }) => ({ node: nodeId, seen: 60, slots: 60 }))
  const instance = { config: committee.config, epoch: 1, prev: state.digest }
  const statement = { type: 'observe', instance, timeMs: state.cutoffMs + 60_000, buckets: [...blocks.keys()], measures }
  const observations = await Promise.all(oracles.map((oracle) => seal(oracle, 'oracle', encodeOracleMessage(statement))))
  return { observations, fetch: async (cid) => blocks.get(cid) }
}

async function measure(work, times) {
  const all = []
  for (let i = 0; i < times; i++) {
    all.push((await cpuTimed(work)).ms)
  }
  return p50(all)
}

const thousands = (count) => count.toLocaleString('en-US')

/** Opened items as they would come out of envelopes, without anybody having signed them. */
function madeUp(count) {
  const counts = { promptTokens: 20, completionTokens: 80, finishReason: 'stop' }
  const items = []
  for (let i = 0; i < count; i++) {
    const taskId = bytesToHex(hashOf(`task ${i}`))
    const miner = miners[i % miners.length].nodeId
    const [salt, transcript] = [hashOf(`salt ${i}`), cidFromHash(hashOf(`transcript ${i}`))]
    const header = { ...headerOf(i), assigned: [miner] }
    const commitment = resultCommitment(taskId, miner, salt, transcript)
    const id = (part) => bytesToHex(hashOf(`${part} ${i}`))
    items.push({ kind: 'header', id: id('header'), sender: router.nodeId, taskId, header })
    items.push({ kind: 'result-precommit', id: id('precommit'), sender: miner, taskId, commitment })
    const commit = { type: 'commit', taskId, salt, transcript, ...counts }
    items.push({ kind: 'result-commit', id: id('commit'), sender: miner, taskId, commit })
  }
  return items
}

/** How many signatures of envelopes are checked in a second of CPU, by OpenSSL as here and by JavaScript. */
async function signatures(tasks) {
  const signed = tasks
    .slice(0, 1_000)
    .flatMap(([header, ...results]) => [[header, 'task'], ...results.map((result) => [result, 'result'])])
  const openAll = async () => {
    for (const [bytes, family] of signed) {
      await openEnvelope(bytes, { networkId: network.networkId, family, verifier, nowMs: null })
    }
  }
  const seed = hashOf('seed')
  const { publicKey, sign } = ed25519FromSeed(seed)
  const message = hashOf('message')
  const signature = sign(message)
  const times = (count, verify) => async () => {
    for (let i = 0; i < count; i++) {
      if (!verify()) {
        throw new Error('The signature does not hold')
      }
    }
  }
  const native = await measure(
    times(2_000, () => verifyEd25519(publicKey, message, signature)),
    TIMES
  )
  const script = await measure(
    times(200, () => ed25519.verify(signature, message, publicKey)),
    TIMES
  )
  const perSecond = (count, ms) => Math.round((count * 1_000) / ms)
  return [
    figure('Ed25519, node:crypto', perSecond(2_000, native), 'signatures a second of CPU', {
      against: '@noble/curves',
      base: perSecond(200, script)
    }),
    figure('envelopes opened', perSecond(signed.length, await measure(openAll, TIMES)), 'a second of CPU')
  ]
}

export async function run() {
  const state = initialLedger(GENESIS_MS)
  const bindings = await Promise.all(miners.map(presence))
  const tasks = []
  for (let i = 0; i < RESULTS.at(-1); i++) {
    tasks.push(await task(i))
  }
  const figures = await signatures(tasks)
  for (const count of RESULTS) {
    const items = [...bindings, ...tasks.slice(0, count).flat()]
    const { fetch, observations } = await observe(items, state)
    const rest = { params, committee, prevReport: null }
    const build = async (known) => {
      const evidence = await collectEvidence(observations, { ...network, verifier, fetch, known })
      return deriveReport({ ...network, ...rest, ...evidence, state, anchor })
    }
    // As an oracle has it that heard every message: opened once, when it came.
    const known = createItemMemo(100_000)
    const { blocks, cid, commit, report } = await build(known)
    const check = (memo) =>
      checkReport({
        ...network,
        ...rest,
        verifier,
        known: memo,
        fetch: async (asked) => blocks.get(asked) ?? fetch(asked),
        report: cid,
        commit,
        prevState: state,
        anchorAt: async () => anchor
      })
    const { ok, reason } = await check(known)
    if (!ok || report.results.length !== count) {
      throw new Error(`The report of ${count} results does not hold: ${reason ?? `it has ${report.results.length}`}`)
    }
    const name = `${thousands(count)} results`
    const loaded = () => loadReport(cid, async (asked) => blocks.get(asked))
    figures.push(
      figure(`${name}: built by who heard the messages`, await measure(() => build(known), TIMES), 'ms of CPU'),
      figure(`${name}: checked by who heard the messages`, await measure(() => check(known), TIMES), 'ms of CPU'),
      figure(`${name}: checked by who heard none, signatures included`, await measure(() => check(), 1), 'ms of CPU'),
      figure(`${name}: read back from its blocks`, await measure(loaded, TIMES), 'ms of CPU'),
      figure(`${name}: size`, [...blocks.values()].reduce((sum, block) => sum + block.length, 0) / 1024, 'KiB')
    )
  }
  const { fetch, observations } = await observe(bindings, state)
  const evidence = await collectEvidence(observations, { ...network, verifier, fetch })
  const many = [...evidence.items, ...madeUp(MOST_RESULTS)]
  const ids = new Set(many.map(({ id }) => id))
  const large = { ...params, epoch: { ...params.epoch, maxResults: MOST_RESULTS } }
  const sighted = { ...evidence, items: many, itemsByObservation: evidence.observations.map(() => ids) }
  const build = async () => deriveReport({ ...network, ...sighted, params: large, committee, state, prevReport: null, anchor })
  if ((await build()).report.results.length !== MOST_RESULTS) {
    throw new Error('The largest report has fewer results than it was given')
  }
  figures.push(figure(`${thousands(MOST_RESULTS)} results: built from opened items`, await measure(build, 1), 'ms of CPU'))
  return figures
}
