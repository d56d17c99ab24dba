// What the chain is paid for: the real contracts on a real EVM, through the same calls that an oracle and a miner make.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEthersChain } from '@cortensor/chain'
import { createDevChain } from '@cortensor/chain/dev'
import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { blockCid, ZERO_HEX32 } from '@cortensor/crypto'
import { resultsRoot, rewardProof, rewardsTree } from '@cortensor/proofs'
import { bytesToHex } from '@cortensor/utils'
import { addressOf, hashOf, signerOf } from './lib/identities.mjs'
import { figure } from './lib/table.mjs'

export const title = 'gas (4 oracles, 2 signatures a commit)'

const ORACLES = 4
const RESULTS = [1, 100, 10_000]
/** Entries of the contract's ring of commits; each is dearer the first time it is written. */
const RING = 64

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

/** Commits one epoch after the other, each signed by as many oracles as the contract wants. */
function createCommitter(chain, signers) {
  let epoch = 0
  let prev = ZERO_HEX32
  return async (results, cumulative) => {
    const committee = await chain.committee()
    epoch += 1
    const commit = {
      epoch,
      prev,
      resultsRoot: resultsRoot(results, []),
      rewardsRoot: rewardsTree(cumulative).root,
      reportCid: blockCid(hashOf(`report ${epoch}`), 'dag-cbor'),
      totals: { results: results.length, rewards: cumulative.reduce((total, { amount }) => total + amount, 0n) }
    }
    const digest = commitDigest(commit)
    const statement = { config: committee.config, epoch, prev, view: 0, digest }
    const place = { chainId: chain.chainId(), committee: chain.deployment().committee }
    const signatures = await Promise.all(
      signers.slice(0, committee.attestations).map(async (signer, index) => ({
        index,
        signature: await signer.signDigest(attestationDigest(place, statement))
      }))
    )
    const receipt = await chain.send({ type: 'commitEpoch', commit, view: 0, signatures })
    prev = digest
    return Number(receipt.gasUsed)
  }
}

/** Some operators with an amount each; rises from epoch to epoch. */
const rewardsOf = (operator, others, epoch) => [
  { operator, amount: BigInt(epoch) * 1_000n },
  ...Array.from({ length: others }, (_, i) => ({ operator: addressOf(`operator ${i}`), amount: BigInt(epoch) * 1_000n }))
]

export async function run() {
  const dataDir = mkdtempSync(join(tmpdir(), 'cortensor-gas-'))
  const dev = createDevChain({ dataDir })
  await dev.start()
  const signers = Array.from({ length: ORACLES }, (_, i) => signerOf(`oracle ${i}`))
  const deployment = await dev.deploy({ members: signers.map(({ nodeId, operator }) => ({ nodeId, operator })) })
  const chain = createEthersChain({
    rpcUrls: [dev.rpcUrl],
    registry: deployment.registry,
    privateKey: `0x${bytesToHex(hashOf('sender'))}`,
    pollIntervalMs: 5
  })
  await chain.start()
  try {
    const operator = chain.account
    await dev.fundAccount(operator)
    // Emission is capped by time, and the claims of this bench need some. One transaction a block, mined at once, is enough here.
    await dev.request('evm_increaseTime', [100_000])
    await dev.request('evm_setIntervalMining', [0])
    await dev.request('evm_setAutomine', [true])
    const commit = createCommitter(chain, signers)
    const transfer = await dev.request('eth_estimateGas', [{ from: operator, to: router.operator, value: '0x1' }])
    const against = { against: 'a plain transfer', base: Number(transfer) }

    const first = await commit(resultsOf(1), rewardsOf(operator, 3, 1))
    for (let epoch = 2; epoch <= RING; epoch++) {
      await commit([], rewardsOf(operator, 3, epoch))
    }
    const figures = [figure(`commit of 1 result, among a network's first ${RING}`, first, 'gas', against)]
    for (const [i, count] of RESULTS.entries()) {
      const gas = await commit(resultsOf(count), rewardsOf(operator, 3, RING + 1 + i))
      const name = `commit of ${count.toLocaleString('en-US')} result${count === 1 ? '' : 's'}`
      figures.push(figure(name, gas, 'gas', against), figure(`${name}: for each`, gas / count, 'gas', against))
    }
    let epoch = RING + RESULTS.length
    for (const others of [3, 999]) {
      const claims = []
      // The first claim of an account writes what later ones change.
      for (let claim = 0; claim < (others === 3 ? 2 : 1); claim++) {
        epoch += 1
        const cumulative = rewardsOf(operator, others, epoch)
        await commit([], cumulative)
        const { amount, proof } = rewardProof(cumulative, operator)
        const { gasUsed } = await chain.send({ type: 'claim', operator, cumulative: amount, proof })
        claims.push(Number(gasUsed))
      }
      const among = `among ${others + 1} operators`
      if (claims.length > 1) {
        figures.push(figure(`claim ${among}, an operator's first`, claims[0], 'gas', against))
      }
      figures.push(figure(`claim ${among}, later`, claims.at(-1), 'gas', against))
    }
    return figures
  } finally {
    await chain.stop()
    await dev.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
