import { verifyMerkleProof } from '@cortensor/crypto'
import type { CompletionEvent, EpochNumber, ModelId, NodeId, TaskId } from '@cortensor/interface'
import { resultLeaf, resultsRoot } from '@cortensor/proofs'
import { decodeReceipt, isReceiptSigned, leaderOf, type NodeReputation, type NodeSkill, OPEN_SESSION } from '@cortensor/protocols'
import { startAll } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { accepted, CID, declined, end, token } from './scripted-miner.js'
import { createWorld, MODEL, modelId, offer, params, type World } from './world.js'

describe('the router', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  const complete = async () => {
    const done = (await world.run()).at(-1) as Extract<CompletionEvent, { type: 'end' }>
    const result = {
      taskId: done.taskId,
      router: world.own.signer.nodeId,
      miner: done.miner,
      model: MODEL,
      transcript: CID,
      promptTokens: 3,
      completionTokens: 1,
      session: OPEN_SESSION,
      fee: 0n
    }
    return { done, result }
  }
  const good = [accepted, token('x'), end]

  describe('receipts', () => {
    it('are pending, then committed with the report that holds the task', async () => {
      const miner = await world.addMiner('one', good)
      const { done, result } = await complete()
      const pending = {
        taskId: done.taskId,
        status: 'pending',
        model: MODEL,
        miner: miner.signer.nodeId,
        cid: CID,
        usage: { promptTokens: 3, completionTokens: 1 },
        epoch: null,
        payment: null,
        privacy: 'private',
        key: null,
        agreement: null
      }
      expect(await world.role.receipt(done.taskId)).toEqual(pending)
      await world.commitEpoch(1, [])
      await world.clock.advance(1_000)
      expect(await world.role.receipt(done.taskId)).toEqual(pending)
      await world.commitEpoch(2, [result])
      await world.clock.advance(1_000)
      expect(await world.role.receipt(done.taskId)).toEqual({ ...pending, status: 'committed', epoch: 2 })
    })

    it('are not committed by a report that holds another transcript', async () => {
      await world.addMiner('one', good)
      const { done, result } = await complete()
      const report = await world.commitEpoch(1, [{ ...result, transcript: (await world.commitEpoch(1, [])).reportCid }])
      await world.clock.advance(1_000)
      expect(report.epoch).toBe(1)
      expect(await world.role.receipt(done.taskId)).toMatchObject({ status: 'pending' })
    })

    it('survive a restart, and learn of the commit that came meanwhile', async () => {
      await world.addMiner('one', good)
      const { done, result } = await complete()
      await world.clock.complete(world.role.stop())
      await world.commitEpoch(1, [result])
      const again = world.create()
      await again.start()
      await world.clock.advance(1_000)
      expect(await again.receipt(done.taskId)).toMatchObject({ status: 'committed', epoch: 1 })
      await world.clock.complete(again.stop())
    })

    it('stay pending when no oracle serves the report, and the next epoch is followed all the same', async () => {
      await world.addMiner('one', good)
      const { done, result } = await complete()
      await world.commitEpoch(1, [], false)
      await world.clock.advance(20_000)
      expect((await world.role.status()).epoch.last).toBe(1)
      await world.commitEpoch(2, [result])
      await world.clock.advance(20_000)
      expect(await world.role.receipt(done.taskId)).toMatchObject({ status: 'committed', epoch: 2 })
    })

    it('come as a file once a report on the chain holds the task, with the transcript where the miner serves it', async () => {
      const miner = await world.addMiner('one', good)
      const { done, result } = await complete()
      const file = (): Promise<Uint8Array | null> => world.clock.complete(world.role.receiptFile(done.taskId))
      expect(await file()).toBe(null)
      const others = [1, 2].map((tokens) => ({ ...result, taskId: `${tokens}`.repeat(64) as TaskId, completionTokens: tokens }))
      const results = [result, ...others].sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
      await world.commitEpoch(1, results)
      await world.clock.advance(1_000)
      const without = decodeReceipt((await file()) ?? new Uint8Array())
      expect(without).toMatchObject({ result, transcript: null, commit: { epoch: 1 }, chainId: 31_337 })
      expect(verifyMerkleProof(resultsRoot(results, []), resultLeaf(result), without.inclusion)).toBe(true)
      expect(await isReceiptSigned(without, world.verifier)).toBe(true)
      await world.clock.complete(startAll([miner.store]))
      const block = new TextEncoder().encode('transcript')
      await miner.store.put(block, 'dag-cbor')
      expect(decodeReceipt((await file()) ?? new Uint8Array()).transcript).toEqual(block)
    })

    it('of private tasks tell the key to who asked, after a restart too, and to nobody else', async () => {
      const miner = await world.addMiner('one', good)
      const events = await world.run({ privacy: 'private', caller: 'alice' })
      const { taskId } = events.at(-1) as Extract<CompletionEvent, { type: 'end' }>
      const { header, salt } = world.asked.at(-1) as World['asked'][number]
      expect(header.privacy).toBe('private')
      await world.clock.complete(world.role.stop())
      const again = world.create()
      await world.clock.complete(again.start())
      expect(await again.receipt(taskId, { caller: 'alice' })).toMatchObject({ privacy: 'private', key: salt })
      for (const options of [{ caller: 'bob' }, {}, undefined]) {
        expect(await again.receipt(taskId, options)).toMatchObject({ privacy: 'private', key: null })
      }
      const row = { taskId, router: world.own.signer.nodeId, miner: miner.signer.nodeId, model: MODEL, transcript: CID }
      await world.commitEpoch(1, [{ ...row, promptTokens: 3, completionTokens: 1, session: OPEN_SESSION, fee: 0n }])
      await world.clock.advance(1_000)
      await world.clock.complete(startAll([miner.store]))
      await miner.store.put(new TextEncoder().encode('transcript'), 'dag-cbor')
      const file = async (caller: string) =>
        decodeReceipt((await world.clock.complete(again.receiptFile(taskId, { caller }))) ?? new Uint8Array())
      expect((await file('alice')).key).toEqual(salt)
      expect((await file('bob')).key).toBeNull()
      await world.clock.complete(again.stop())
    })

    it('of tasks that nobody knows are null', async () => {
      expect(await world.role.receipt('00'.repeat(32) as TaskId)).toBe(null)
      expect(await world.role.receiptFile('00'.repeat(32) as TaskId)).toBe(null)
    })

    it('that cannot be written do not cost the client its answer', async () => {
      await world.addMiner('one', good)
      await world.own.keyValue.stop()
      expect((await world.run()).at(-1)?.type).toBe('end')
      expect(world.finished).toMatchObject([{ status: 'completed' }])
    })
  })

  describe('matching', () => {
    it('takes the pool of the last report first, and who left its rounds undone last', async () => {
      const nodes = await Promise.all(['pooled', 'failing', 'new'].map((name) => world.addMiner(name, good)))
      const [pooled, failing] = nodes as [(typeof nodes)[number], (typeof nodes)[number]]
      const reputationOf = (node: NodeId, succeeded: number): NodeReputation => ({
        ...{ node, epoch: 1 as EpochNumber, rounds: 8 },
        stages: { precommit: { entered: 8_000, succeeded: 8_000 }, reveal: { entered: 8_000, succeeded } }
      })
      const rows = [reputationOf(pooled.signer.nodeId, 8_000), reputationOf(failing.signer.nodeId, 1_000)]
      const inOrder = rows.sort((a, b) => (a.node < b.node ? -1 : 1))
      await world.commitEpoch(1, [], true, [], [], inOrder)
      await world.clock.advance(1_000)
      for (let i = 0; i < 8; i++) {
        await world.run()
      }
      expect(new Set(world.finished.flatMap(({ miners }) => miners))).toEqual(new Set([pooled.signer.nodeId]))
    })

    it('follows the skills of the last report', async () => {
      const [able, other] = [await world.addMiner('able', good), await world.addMiner('other', good)]
      const skillOf = (nodeId: NodeId, meanMilli: number): NodeSkill => ({
        node: nodeId,
        model: MODEL,
        category: 'logic',
        meanMilli,
        sdMilli: 150,
        epoch: 1 as EpochNumber,
        priorMilli: 0,
        items: 30
      })
      const skills = [skillOf(able.signer.nodeId, 2_500), skillOf(other.signer.nodeId, -2_500)]
      await world.commitEpoch(
        1,
        [],
        true,
        [],
        skills.sort((a, b) => (a.node < b.node ? -1 : 1))
      )
      await world.clock.advance(1_000)
      let chosen = 0
      for (let i = 0; i < 20; i++) {
        const { done } = await complete()
        chosen += done.miner === able.signer.nodeId ? 1 : 0
      }
      // One in twenty explores.
      expect(chosen).toBeGreaterThanOrEqual(17)
    })

    it('leaves the model to matching when the client does', async () => {
      const other = modelId('other')
      const able = await world.addMiner('able', good, { models: [offer({ id: other, name: 'other' })] })
      const weak = await world.addMiner('weak', good)
      const skillOf = (node: NodeId, model: ModelId, meanMilli: number): NodeSkill => ({
        ...{ node, model, meanMilli, category: 'logic', sdMilli: 150, epoch: 1 as EpochNumber, priorMilli: 0, items: 30 }
      })
      const skills = [skillOf(able.signer.nodeId, other, 2_500), skillOf(weak.signer.nodeId, MODEL, -2_500)]
      const inOrder = skills.sort((a, b) => (a.node < b.node ? -1 : 1))
      await world.commitEpoch(1, [], true, [], inOrder)
      await world.clock.advance(1_000)
      let chosen = 0
      for (let i = 0; i < 20; i++) {
        const done = (await world.run({ model: 'auto' })).at(-1) as Extract<CompletionEvent, { type: 'end' }>
        chosen += done.miner === able.signer.nodeId ? 1 : 0
      }
      expect(chosen).toBeGreaterThanOrEqual(17)
    })
  })

  describe('status', () => {
    it('of a router that has just started', async () => {
      expect(await world.role.status()).toMatchObject({
        ready: false,
        networkId: world.networkId,
        nodeId: world.own.signer.nodeId,
        nodes: [],
        tasks: { active: 0, completed: 0, failed: 0 },
        epoch: { last: null, lastCommitMs: null, lastTransaction: null, nextLeader: null }
      })
    })

    it('lists who lives, what was done, and what the chain says', async () => {
      const one = await world.addMiner('one', good, { freeSlots: 3, queueLength: 4 })
      await world.run()
      await world.addMiner('two', [declined('invalid_request')], { freeSlots: 4 })
      await world.run()
      const commit = await world.commitEpoch(5, [])
      await world.clock.advance(1_000)
      const status = await world.role.status()
      expect(status.ready).toBe(true)
      expect(status.nodes).toHaveLength(2)
      expect(status.nodes.find(({ nodeId }) => nodeId === one.signer.nodeId)).toMatchObject({
        roles: ['miner'],
        models: ['chat'],
        freeSlots: 3,
        queueLength: 4,
        agent: 'test'
      })
      expect(status.nodes.every(({ leaseMs }) => leaseMs > 0 && leaseMs <= params.deadlines.presenceLeaseMs)).toBe(true)
      expect(status.tasks).toEqual({ active: 0, completed: 1, failed: 1 })
      expect(status.epoch).toEqual({
        last: 5,
        lastCommitMs: commit.block.timestampMs,
        lastTransaction: commit.transactionHash,
        nextLeader: leaderOf(world.chain.committee, 6, 0)
      })
      await world.outlive()
      expect(await world.role.status()).toMatchObject({ ready: false, nodes: [] })
    })

    it('counts what is in progress', async () => {
      await world.addMiner('one', [accepted, 1_000, end])
      const running = world.collect()
      await world.clock.advance(500)
      expect((await world.role.status()).tasks.active).toBe(1)
      expect(world.metrics.value('cortensor_router_active_tasks')).toBe(1)
      await world.clock.complete(running)
      expect(world.metrics.value('cortensor_router_active_tasks')).toBe(0)
    })
  })

  describe('models', () => {
    it('are those on offer, with how many offer them and since when', async () => {
      await world.addMiner('one', good)
      const since = world.clock.now()
      await world.clock.advance(1_000)
      await world.addMiner('two', good, { models: [offer({ contextLength: 512 }), offer({ id: modelId('b'), name: 'b' })] })
      expect(await world.role.models()).toMatchObject([
        { name: 'b', miners: 1, firstSeenMs: since + 1_000 },
        { id: MODEL, name: 'chat', miners: 2, contextLength: 512, firstSeenMs: since }
      ])
      await world.outlive()
      expect(await world.role.models()).toEqual([])
    })

    it('that a node makes up without end are not all remembered', async () => {
      const miner = await world.addMiner('one', good)
      const announce = (name: string) =>
        world.announce(miner.signer.nodeId, { models: [offer({ name, id: name.padEnd(64, '0') as ModelId })] })
      announce('first')
      expect(await world.run({ model: 'chat' })).toMatchObject([{ failure: 'no_miner' }])
      for (let i = 0; i < 12_000; i++) {
        announce(`made up ${i}`)
      }
      expect(await world.run({ model: 'first' })).toMatchObject([{ failure: 'model_not_found' }])
      expect(await world.run({ model: 'made up 11998' })).toMatchObject([{ failure: 'no_miner' }])
    })
  })

  it('starts and stops as often as wanted', async () => {
    await world.role.start()
    await world.clock.complete(world.role.stop())
    await world.clock.complete(world.role.stop())
    await world.role.start()
    await world.addMiner('one', good)
    expect((await world.run()).at(-1)?.type).toBe('end')
  })
})
