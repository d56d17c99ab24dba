// What the chain is paid for: the real contracts on a real EVM, through the same calls that an oracle and a miner make.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEthersChain } from '@cortensor/chain'
import { createDevChain } from '@cortensor/chain/dev'
import { attestationDigest, commitDigest, rewardLeaf, sessionIdOf, settlementLeaf } from '@cortensor/contracts'
import { blockCid, createMerkleTree, ZERO_HEX32 } from '@cortensor/crypto'
import { resultsRoot } from '@cortensor/proofs'
import { bytesToHex } from '@cortensor/utils'
import { hashOf, signerOf } from './lib/identities.mjs'
import { figure } from './lib/table.mjs'

export const title = 'gas (f + 1 signatures a commit; storage that was used before)'

const SIZES = [4, 7, 16, 31]
const RESULTS = [1, 100, 10_000, 100_000]
/** Leaves of the tree in which a claim or a settlement is proved. */
const TREES = [4, 16, 1_024]
/** Entries of the contract's ring of commits; each is dearer the first time it is written. */
const RING = 64
/** What the design asks for. */
const AIMS = { 7: '<= 75,000', 31: '<= 110,000' }
const CLAIM_AIM = '<= 52,000'

const idOf = (text) => bytesToHex(hashOf(text))
const miner = signerOf('miner')
const router = signerOf('router')

const resultsOf = (count) =>
  Array.from({ length: count }, (_, i) => ({
    taskId: idOf(`task ${i}`),
    router: router.nodeId,
    miner: miner.nodeId,
    model: idOf('model'),
    transcript: blockCid(hashOf(`transcript ${i}`), 'dag-cbor'),
    promptTokens: 20,
    completionTokens: 80
  }))

/** Commits one epoch after the other, each signed by as many oracles as the contract wants, the last of them. */
function createCommitter(chain, signers) {
  let epoch = 0
  let prev = ZERO_HEX32
  return async ({ results = 0, root, rewardsRoot } = {}) => {
    const committee = await chain.committee()
    epoch += 1
    // A root is never zero: a slot that goes from zero to something is dearer.
    const some = `0x${idOf(`root ${epoch}`)}`
    const commit = {
      epoch,
      prev,
      resultsRoot: root ?? some,
      rewardsRoot: rewardsRoot ?? some,
      reportCid: blockCid(hashOf(`report ${epoch}`), 'dag-cbor'),
      totals: { results, rewards: BigInt(epoch) * 1_000_000n }
    }
    const digest = commitDigest(commit)
    const statement = { config: committee.config, epoch, prev, view: 0, digest }
    const place = { chainId: chain.chainId(), committee: chain.deployment().committee }
    const first = signers.length - committee.attestations
    const signatures = await Promise.all(
      signers.slice(first).map(async (signer, i) => ({
        index: first + i,
        signature: await signer.signDigest(attestationDigest(place, statement))
      }))
    )
    const receipt = await chain.send({ type: 'commitEpoch', commit, view: 0, signatures })
    prev = digest
    return Number(receipt.gasUsed)
  }
}

/** A chain of its own with a committee of this size, whose ring has been round once. */
async function withNetwork(size, work) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cortensor-gas-'))
  const dev = createDevChain({ dataDir })
  await dev.start()
  try {
    const signers = Array.from({ length: size }, (_, i) => signerOf(`oracle ${i}`))
    const deployment = await dev.deploy({ members: signers.map(({ nodeId, operator }) => ({ nodeId, operator })) })
    const chain = createEthersChain({
      rpcUrls: [dev.rpcUrl],
      registry: deployment.registry,
      privateKey: `0x${bytesToHex(hashOf('sender'))}`,
      pollIntervalMs: 5
    })
    await chain.start()
    try {
      await dev.fundAccount(chain.account)
      // Emission is capped by time, and the claims of this bench need some. One transaction a block, mined at once, is enough here.
      await dev.request('evm_increaseTime', [100_000])
      await dev.request('evm_setIntervalMining', [0])
      await dev.request('evm_setAutomine', [true])
      const commit = createCommitter(chain, signers)
      const fresh = await commit()
      for (let epoch = 2; epoch <= RING; epoch++) {
        await commit()
      }
      return await work({ dev, chain, commit, fresh })
    } finally {
      await chain.stop()
    }
  } finally {
    await dev.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const TERMS = {
  ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0 },
  ...{ reservedNodes: 0, reserveSeconds: 0, maxExecutions: 0, maxPrice: 1_000_000n }
}

/** What claims and settlements take, by the size of the tree. */
async function moneyFigures({ chain, commit }, against) {
  const operator = chain.account
  const session = sessionIdOf(1)
  const deposit = 1_000_000_000n
  await chain.send({ type: 'faucet', to: operator, amount: deposit })
  await chain.send({ type: 'approve', spender: chain.deployment().sessions, amount: deposit })
  await chain.send({ type: 'createSession', terms: TERMS, model: null, name: '', metadata: '', routers: [router.nodeId] })
  await chain.send({ type: 'depositSession', session, amount: deposit })
  const figures = []
  // The first claim of an account writes what later ones change.
  for (const [i, size] of [TREES[1], ...TREES].entries()) {
    const cumulative = BigInt(i + 1) * 1_000n
    const leaves = [rewardLeaf(operator, cumulative), settlementLeaf(1, cumulative)]
    const tree = createMerkleTree([...leaves, ...Array.from({ length: size - 2 }, (_, j) => `0x${idOf(`leaf ${j}`)}`)])
    await commit({ rewardsRoot: tree.root })
    const [reward, settlement] = leaves.map((leaf) => tree.proof(leaf))
    const claim = await chain.send({ type: 'claim', operator, cumulative, proof: reward })
    const settle = await chain.send({ type: 'settleSession', session, cumulative, proof: settlement })
    const what = i === 0 ? "an operator's first" : 'later'
    const among = `among ${size.toLocaleString('en-US')}`
    const aim = i === 0 ? undefined : CLAIM_AIM
    figures.push(
      figure(`claim ${among}, ${what}`, Number(claim.gasUsed), 'gas', { ...against, aim }),
      figure(`settlement ${among}, ${i === 0 ? "a session's first" : 'later'}`, Number(settle.gasUsed), 'gas', against)
    )
  }
  return figures
}

export async function run() {
  const figures = []
  const roots = RESULTS.map((count) => ({ results: count, root: resultsRoot(resultsOf(count), []) }))
  for (const size of SIZES) {
    await withNetwork(size, async (network) => {
      const { chain, commit, dev, fresh } = network
      const transfer = await dev.request('eth_estimateGas', [{ from: chain.account, to: router.operator, value: '0x1' }])
      const against = { against: 'a plain transfer', base: Number(transfer) }
      figures.push(figure(`${size} oracles: commit while the ring fills`, fresh, 'gas', against))
      for (const { results, root } of roots) {
        const name = `${size} oracles: commit of ${results.toLocaleString('en-US')} result${results === 1 ? '' : 's'}`
        const gas = await commit({ results, root })
        figures.push(figure(name, gas, 'gas', { ...against, aim: AIMS[size] }))
        if (results === 10_000) {
          figures.push(figure(`${name}: for each`, gas / results, 'gas', against))
        }
      }
      if (size === SIZES[0]) {
        figures.push(...(await moneyFigures(network, against)))
      }
    })
  }
  return figures
}
