// The epoch report: from the signed messages that four oracles saw to the roots, and its check by somebody who trusts none of them. Every
// message carries a signature that has to be checked, which is the floor that both are held against.
import { PUBLIC_PARAMS } from '@cortensor/config'
import { blockCid, bytesToHex32, createVerifier, sha256 } from '@cortensor/crypto'
import { ROLE_BITS } from '@cortensor/interface'
import {
  createBinding,
  encodeBucket,
  encodeOracleMessage,
  encodePresence,
  encodeResultMessage,
  encodeTaskHeader,
  networkIdOf,
  OPEN_SESSION,
  openEnvelope,
  resultCommitment,
  sealEnvelope,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { anchorOf, checkReport, collectEvidence, deriveReport, initialLedger } from '@cortensor/scoring'
import { bytesToHex, compareBytes } from '@cortensor/utils'
import { addressOf, hashOf, signerOf } from './lib/identities.mjs'
import { cpuTimed, p50 } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'epoch report (4 oracles who saw the same, 4 miners)'

const RESULTS = [10, 100, 1_000]
/** Small reports take less than the resolution of a CPU clock can tell, so they run more often. */
const repeatsFor = (results) => Math.max(3, Math.ceil(300 / results))
/** Items of one bucket: two of these buckets hold the items of the largest report here. */
const BUCKET_ITEMS = 1_800

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
    attempt: 1
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
  for (let i = 0; i < sorted.length; i += BUCKET_ITEMS) {
    const bucket = encodeBucket({ version: 1, items: sorted.slice(i, i + BUCKET_ITEMS) })
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

export async function run() {
  const state = initialLedger(GENESIS_MS)
  const bindings = await Promise.all(miners.map(presence))
  const tasks = []
  for (let i = 0; i < RESULTS.at(-1); i++) {
    tasks.push(await task(i))
  }
  const figures = []
  for (const count of RESULTS) {
    const items = [...bindings, ...tasks.slice(0, count).flat()]
    const { fetch, observations } = await observe(items, state)
    const context = { ...network, verifier, fetch }
    const signed = tasks
      .slice(0, count)
      .flatMap(([header, ...results]) => [[header, 'task'], ...results.map((result) => [result, 'result'])])
    const collect = () => collectEvidence(observations, context)
    const deriveFrom = (evidence) => deriveReport({ ...network, ...evidence, params, committee, state, prevReport: null, anchor })
    const evidence = await collect()
    const derived = deriveFrom(evidence)
    const { blocks, cid, commit, report } = derived
    const check = () =>
      checkReport({
        ...context,
        fetch: async (asked) => blocks.get(asked) ?? fetch(asked),
        report: cid,
        commit,
        params,
        committee,
        prevState: state,
        prevReport: null,
        anchorAt: async () => anchor
      })
    const { ok, reason } = await check()
    if (!ok || report.results.length !== count) {
      throw new Error(`The report of ${count} results does not hold: ${reason ?? `it has ${report.results.length}`}`)
    }
    const verifyAll = async () => {
      for (const [bytes, family] of signed) {
        await openEnvelope(bytes, { networkId: network.networkId, family, verifier, nowMs: null })
      }
    }
    const times = repeatsFor(count)
    const floor = await measure(verifyAll, times)
    const against = { against: 'opening its messages once', base: floor }
    const name = `${count.toLocaleString('en-US')} results`
    figures.push(
      figure(`${name}: evidence collected`, await measure(collect, times), 'ms of CPU', against),
      figure(`${name}: derived`, await measure(async () => deriveFrom(evidence), times), 'ms of CPU', against),
      figure(`${name}: checked, evidence included`, await measure(check, times), 'ms of CPU', against),
      figure(`${name}: size of the report`, [...blocks.values()].reduce((sum, block) => sum + block.length, 0) / 1024, 'KiB')
    )
  }
  return figures
}
