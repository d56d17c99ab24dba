import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEthersChain } from '@cortensor/chain'
import { createDevChain } from '@cortensor/chain/dev'
import { PUBLIC_PARAMS } from '@cortensor/config'
import { attestationDigest } from '@cortensor/contracts'
import { blockCid, createSigner } from '@cortensor/crypto'
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import {
  type Address,
  type Chain,
  type ChainCall,
  type ModelId,
  ROLE_BITS,
  type SamplingParams,
  type Signer
} from '@cortensor/interface'
import { createMemoryLogger, createMemoryMetrics } from '@cortensor/memory'
import { auditResult, slashingProof } from '@cortensor/proofs'
import {
  auditCommitment,
  CANONICAL_DECODE_SPEC,
  encodeInferPayload,
  encodeResultMessage,
  encodeTaskHeader,
  type Generation,
  type LedgerState,
  payloadCommitment,
  resultCommitment,
  samplingSeed,
  sealTranscript,
  sealWindows,
  taskIdOf
} from '@cortensor/protocols'
import { anchorOf, type DerivedReport, deriveReport, drawAudits, initialLedger } from '@cortensor/scoring'
import { bytesToHex, createRealClock } from '@cortensor/utils'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createOracleMetrics } from '../../packages/oracle/src/metrics.js'
import { createPunisher } from '../../packages/oracle/src/punisher.js'
import {
  agreed,
  epoch,
  GENESIS_MS,
  hashOf,
  headerOf,
  hex32Of,
  network,
  oracles,
  presence,
  recordsOf,
  router,
  seal,
  verifier
} from '../../packages/scoring/test/world.js'
import { eventually } from './support/eventually.js'

/** One who cheats, one who does not, and five who look. */
const miners = Array.from({ length: 7 }, (_, i) =>
  createSigner({ nodeSeed: hashOf(`slashing node ${i}`), operatorKey: hashOf(`slashing operator ${i}`) })
)
const [liar, honest] = miners as [Signer, Signer]
const models = listBuiltinModels().filter(({ name }) => /^tiny-general-v2-q[48]_0$/.test(name))
const idOf = (name: string): ModelId => models.find((model) => model.name === name)?.id as ModelId
const [MODEL, CHEAPER] = [idOf('tiny-general-v2-q8_0'), idOf('tiny-general-v2-q4_0')]
const params = {
  ...PUBLIC_PARAMS,
  audit: { ...PUBLIC_PARAMS.audit, exactWindows: true, windowMs: 1 },
  reward: { ...PUBLIC_PARAMS.reward, microPerSecond: 0n }
}
const sampling: SamplingParams = { maxTokens: 64, temperature: 0.8, topP: 1, topK: 0, minP: 0, stop: [] }

const engine = createLlamaEngine({ models, sequences: 4 })
const clock = createRealClock()
let dir: string
let dev: ReturnType<typeof createDevChain>
let registry: Address
const chains: Chain[] = []

async function open(key?: Uint8Array): Promise<Chain> {
  const own = key === undefined ? {} : { privateKey: `0x${bytesToHex(key)}` as const }
  const chain = createEthersChain({ rpcUrls: [dev.rpcUrl], registry, pollIntervalMs: 50, ...own })
  await chain.start()
  chains.push(chain)
  if (chain.account !== null) {
    await dev.fundAccount(chain.account)
  }
  return chain
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cortensor-slashing-'))
  dev = createDevChain({ dataDir: dir, blockTimeSeconds: 0.2 })
  await Promise.all([engine.start(), dev.start()])
  registry = (await dev.deploy({ members: oracles })).registry
})
afterAll(async () => {
  await Promise.all(chains.map((chain) => chain.stop()))
  await Promise.all([engine.stop(), dev?.stop()])
  await rm(dir, { recursive: true, force: true })
})

/** A task, its answer as this model gives it, and what its miner says of both. */
async function answer(miner: Signer, writer: ModelId) {
  const messages = [{ role: 'user' as const, content: 'Tell me a story about a fox.' }]
  const salt = hashOf(`salt of ${miner.nodeId}`)
  const payload = encodeInferPayload({ messages, sampling, seed: 5n })
  const nonce = hashOf('nonce')
  const header = encodeTaskHeader({
    ...headerOf('story', miner),
    ...{ modelId: MODEL, decodeSpec: CANONICAL_DECODE_SPEC, payloadCommitment: payloadCommitment(salt, payload), nonce }
  })
  const taskId = taskIdOf(network.networkId, router.nodeId, header)
  const seed = samplingSeed(taskId, miner.nodeId, nonce, 5n)
  const tokenIds: number[] = []
  let told: Partial<Generation> = {}
  let text = ''
  for await (const event of engine.generate({ model: writer, messages, sampling, seed, decode: 'canonical' })) {
    if (event.type === 'start') {
      told = { promptTokenIds: event.promptTokenIds }
    } else if (event.type === 'token') {
      tokenIds.push(...event.tokenIds)
      text += event.text
    } else if (event.trace !== null) {
      const { finishReason, timings, trace, usage } = event
      told = { ...told, finishReason, timings, usage, windows: sealWindows(told.promptTokenIds ?? [], tokenIds, trace) }
    }
  }
  const generation = { messages, sampling, seed, tokenIds, text, ...told } as Generation
  const { fingerprint } = await engine.status()
  const assignment = { router: router.nodeId, header, salt, userSeed: 5n }
  const subject = { type: 'task' as const, taskId, assignment }
  const content = { networkId: network.networkId, subject, model: MODEL, fingerprint, decodeSpec: CANONICAL_DECODE_SPEC }
  const block = await sealTranscript({ ...content, generations: [generation] }, miner)
  const transcript = blockCid(block, 'dag-cbor')
  const opened = { taskId, salt: hashOf('commit salt'), transcript }
  const commitment = resultCommitment(taskId, miner.nodeId, opened.salt, transcript)
  const counts = { ...generation.usage, finishReason: generation.finishReason as 'stop' | 'length' }
  const items = [
    await seal(router, 'task', header),
    await seal(miner, 'result', encodeResultMessage({ type: 'precommit', taskId, commitment })),
    await seal(miner, 'result', encodeResultMessage({ type: 'commit', ...opened, ...counts }))
  ]
  return { block, items, taskId, transcript }
}

const anchor = {
  ...anchorOf({
    block: { number: 7, hash: hex32Of('block 7') },
    draw: { number: 9, hash: hex32Of('block 9') },
    registrations: [router, ...miners].map(({ nodeId, operator }, i) => ({
      ...{ operator, nodeId, stake: 1n, payout: operator, roles: ROLE_BITS[i === 0 ? 'router' : 'miner'] }
    })),
    sessions: [],
    funding: { funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n, genesisMs: GENESIS_MS }
  })
}
const skills = miners
  .map(({ nodeId: node }) => ({
    ...{ node, model: MODEL, category: 'logic' as const, meanMilli: 0, sdMilli: 500, priorMilli: 0, items: 4 },
    epoch: 1 as LedgerState['epoch']
  }))
  .sort((a, b) => (a.node < b.node ? -1 : 1))

/** The next epoch, of everything that these messages say. */
async function next(last: DerivedReport | null, items: readonly Uint8Array[]): Promise<DerivedReport> {
  const state = last === null ? initialLedger(GENESIS_MS) : { ...last.state, skills, reputations: recordsOf(miners) }
  const changes = { params, anchor: last === null ? { ...anchor, draw: null } : anchor }
  return deriveReport((await epoch(state, agreed({ items, measures: [] }), last?.cid ?? null, changes)).input)
}

it('an engine that runs another quantisation than it says loses half of its stake on the chain, and an honest one nothing', async () => {
  const [first, second, somebody] = await Promise.all([
    open(hashOf('slashing operator 0')),
    open(hashOf('slashing operator 1')),
    open(hashOf('somebody'))
  ])
  const stake = await first.minimumStake(ROLE_BITS.miner)
  for (const [chain, { nodeId, operator }] of [
    [first, liar],
    [second, honest]
  ] as const) {
    await chain.send({ type: 'faucet', to: operator, amount: stake })
    await chain.send({ type: 'approve', spender: registry, amount: stake })
    await chain.send({ type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: operator })
  }

  const answers = await Promise.all([answer(liar, CHEAPER), answer(honest, MODEL)])
  const blocks = new Map(answers.map(({ block, transcript }) => [transcript, block]))
  /** What the drawn auditors find with an engine of their own class, and say. */
  const votesOn = async ({ state }: DerivedReport): Promise<Uint8Array[]> => {
    const known = { ...state, skills, reputations: recordsOf(miners) }
    const { drawn, randomness } = drawAudits({ params: params.audit, state: known, blockHash: hex32Of('block 9') })
    const sealed = drawn.flatMap((audit) =>
      audit.auditors.map(async (nodeId) => {
        const auditor = miners.find((one) => one.nodeId === nodeId) as Signer
        const block = blocks.get(audit.transcript) ?? null
        const { isExact, sample, vote, window } = await auditResult({ answer: audit, block, randomness, engine, verifier })
        const { miner, round, subject } = audit
        const reveal = { subject, miner, round, salt: hashOf(nodeId), vote, window, isExact, sample }
        const commitment = auditCommitment(nodeId, reveal)
        return [
          await seal(auditor, 'result', encodeResultMessage({ type: 'audit-precommit', subject, miner, round, commitment })),
          await seal(auditor, 'result', encodeResultMessage({ type: 'audit-reveal', ...reveal }))
        ]
      })
    )
    return (await Promise.all(sealed)).flat()
  }
  const bound = await next(null, await Promise.all(miners.map(presence)))
  const answered = await next(
    bound,
    answers.flatMap(({ items }) => items)
  )
  expect(answered.report.results).toHaveLength(2)
  const audited = await next(answered, await votesOn(answered))
  expect(audited.report.audits).toMatchObject([{ miner: honest.nodeId, verdict: 'valid', isExact: false }])
  expect(audited.state.pending).toMatchObject([{ miner: liar.nodeId, round: 1 }])
  const disputed = await next(audited, await votesOn(audited))
  expect(disputed.report.audits).toMatchObject([{ miner: liar.nodeId, verdict: 'invalid', window: 0, isExact: true }])
  const slashing = { operator: liar.operator, node: liar.nodeId, subject: answers[0].taskId, window: 0 }
  expect(disputed.state.slashings).toEqual([slashing])
  const after = await next(disputed, [])

  const commit = async ({ commit, digest }: DerivedReport): Promise<void> => {
    const { config } = await somebody.committee()
    const domain = { chainId: somebody.chainId(), committee: somebody.deployment().committee }
    const attestation = attestationDigest(domain, { config, epoch: commit.epoch, prev: commit.prev, view: 0, digest })
    const sign = async (index: number) => ({ index, signature: await (oracles[index] as Signer).signDigest(attestation) })
    await somebody.send({ type: 'commitEpoch', commit, view: 0, signatures: [await sign(0), await sign(1)] })
  }
  for (const derived of [bound, answered, audited, disputed]) {
    await commit(derived)
  }
  const metrics = createOracleMetrics(createMemoryMetrics())
  const punisher = createPunisher({ chain: somebody, clock, logger: createMemoryLogger(), metrics, turnMs: 10 })
  punisher.schedule({ report: disputed.report, turn: 0 })
  const proof = slashingProof(disputed.state, slashing) ?? []
  const call: ChainCall = { type: 'punishFalseWindow', epoch: disputed.commit.epoch, fault: slashing, proof }
  const refused = (reason: string) => ({ code: 'CHAIN_REVERTED', details: { reason } })
  await expect(second.simulate(call)).rejects.toMatchObject(refused('TooRecent'))
  await commit(after)
  await expect(
    second.simulate({ ...call, fault: { ...slashing, node: honest.nodeId, operator: honest.operator } })
  ).rejects.toMatchObject(refused('InvalidFault'))
  punisher.schedule({ report: after.report, turn: 0 })
  const left = await eventually('half of the stake is gone', 60_000, async () => {
    const now = await second.stake(liar.operator, liar.nodeId)
    return now?.amount === stake ? null : now
  })
  expect(left).toMatchObject({ amount: stake / 2n, releaseAtMs: expect.any(Number) })
  expect(await second.stake(honest.operator, honest.nodeId)).toEqual({ amount: stake, releaseAtMs: null })
  await expect(second.send(call)).rejects.toMatchObject(refused('FaultPunished'))
  await punisher.stop()
})
