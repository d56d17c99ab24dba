import { blockCid, sha256 } from '@cortensor/crypto'
import type { NodeId, RequestHandler } from '@cortensor/interface'
import type { MemoryNode } from '@cortensor/memory'
import { readTranscript } from '@cortensor/proofs'
import {
  AUDIT_LIMITS,
  auditedAnswers,
  decodeAuditRequest,
  decodeStoredTranscript,
  encodeAuditRequest,
  isSealed,
  OPEN_SESSION,
  openTranscript,
  type PendingAudit,
  streamProtocol
} from '@cortensor/protocols'
import { startAll, utf8ToBytes } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { fetchEvidence } from '../src/audit/fetch-evidence.js'
import { createAuditHandler } from '../src/handlers/audit.js'
import { createWorld, MODEL } from './world.js'

const LIMIT_MS = 30_000

describe('evidence of a private answer', () => {
  let world: Awaited<ReturnType<typeof createWorld>>
  let auditor: MemoryNode
  let audit: PendingAudit
  let block: Uint8Array
  const salt = sha256(utf8ToBytes('salt'))
  beforeEach(async () => {
    world = await createWorld()
    auditor = world.addNode('auditor')
    await world.clock.complete(startAll([auditor.network, auditor.store]))
    const { bytes, taskId } = await world.request({ header: { privacy: 'private' } })
    const frames = await world.clock.complete(world.send(bytes))
    const end = frames.map(({ frame }) => frame).find((frame) => frame.type === 'end')
    if (end?.type !== 'end') {
      throw new TypeError('The task was not done')
    }
    const { completionTokens, promptTokens, transcript } = end
    block = await world.clock.complete(world.router.store.get(transcript))
    const [router, miner] = [world.router.signer.nodeId, world.node.signer.nodeId]
    const row = {
      taskId,
      router,
      miner,
      model: MODEL,
      transcript,
      promptTokens,
      completionTokens,
      session: OPEN_SESSION,
      fee: 0n
    }
    const drawn = { epoch: 1, round: 0, auditors: [auditor.signer.nodeId], drawnMs: 1, isPlanted: false, earlier: [] }
    audit = { ...auditedAnswers({ results: [row], outcomes: [], opinions: [] })[0]!, ...drawn } as never
  })

  const protocol = (): string => streamProtocol(world.networkId, 'audit')
  const fetch = (limitMs = LIMIT_MS) => {
    const { clock, logger, network, store } = { ...auditor, clock: world.clock }
    const signal = new AbortController().signal
    const { networkId } = world
    const init = { clock, logger, network, networkId, store, read: readTranscript, limitMs, signal }
    return clock.complete(fetchEvidence(audit, init))
  }
  /** What the miner's own handler does, when these are drawn. */
  const serving = (...auditors: NodeId[]): RequestHandler =>
    createAuditHandler(world.node, {
      answerFor: ({ subject }, by) =>
        subject === audit.subject && auditors.includes(by) ? { transcript: audit.transcript, key: 'own' } : null
    })
  const serve = async (node: MemoryNode, handler: RequestHandler): Promise<void> => {
    await node.network.handle(protocol(), handler, { maxResponseBytes: AUDIT_LIMITS.maxFrameBytes })
  }
  const opens = (keys: readonly Uint8Array[]): boolean => {
    const stored = decodeStoredTranscript(block)
    return isSealed(stored) && keys.some((key) => openTranscript(stored, key) !== null)
  }

  it('is a block that anybody can fetch and nobody read, and a key for who was drawn', async () => {
    expect(blockCid(block, 'dag-cbor')).toBe(audit.transcript)
    expect(Buffer.from(block).includes('hello there')).toBe(false)
    expect(opens([])).toBe(false)
    await world.clock.complete(world.role.stop())
    await serve(world.node, serving(auditor.signer.nodeId))
    const evidence = await fetch()
    expect(evidence).toEqual({ block, keys: [salt] })
    expect(opens(evidence.keys)).toBe(true)
  })

  it('is refused to who was not drawn, by a miner that knows of no audit, too', async () => {
    const ask = async (by: MemoryNode): Promise<number> => {
      let frames = 0
      const request = encodeAuditRequest({ subject: audit.subject, miner: audit.miner, header: null })
      for await (const _frame of by.network.request(audit.miner, protocol(), request, {
        maxResponseBytes: AUDIT_LIMITS.maxFrameBytes
      })) {
        frames++
      }
      return frames
    }
    await expect(world.clock.complete(ask(auditor))).rejects.toThrow()
    await world.clock.complete(world.role.stop())
    await serve(world.node, serving('another' as NodeId))
    await expect(world.clock.complete(ask(auditor))).rejects.toThrow()
  })

  it('comes from the router when the miner keeps the key to itself', async () => {
    await world.clock.complete(world.role.stop())
    const told: (Uint8Array | null)[] = []
    await serve(world.router, async function* (request) {
      told.push(decodeAuditRequest(request).header)
      yield salt
    })
    expect(opens((await fetch()).keys)).toBe(true)
    const stored = decodeStoredTranscript(block)
    expect(told).toEqual([isSealed(stored) ? stored.subject.assignment.header : null])
  })

  it('comes in a dispute from who has found it false, whatever miner and router do', async () => {
    await world.clock.complete(world.role.stop())
    const hang: RequestHandler = async function* (_request, { signal }) {
      yield* []
      await world.clock.sleep(86_400_000, { signal })
    }
    await serve(world.node, hang)
    await serve(world.router, hang)
    const [liar, witness] = [world.addNode('liar'), world.addNode('witness')]
    await world.clock.complete(startAll([liar, witness].flatMap(({ network, store }) => [network, store])))
    await serve(liar, hang)
    await serve(witness, createAuditHandler(witness, { answerFor: () => ({ transcript: audit.transcript, key: salt }) }))
    await world.clock.complete(witness.store.put(block, 'dag-cbor'))
    const sample = new Uint8Array()
    const earlier = [liar, witness].map(({ signer }) => ({ auditor: signer.nodeId, vote: 'invalid' as const, sample }))
    audit = { ...audit, round: 1, earlier }
    const evidence = await fetch()
    expect(evidence.block).toEqual(block)
    expect(opens(evidence.keys)).toBe(true)
  })

  it('comes from a miner that is slow, or starts anew, as long as its time lasts', async () => {
    await world.clock.complete(world.role.stop())
    world.clock.after(LIMIT_MS / 3, () => void serve(world.node, serving(auditor.signer.nodeId)))
    expect(opens((await fetch()).keys)).toBe(true)
  })

  it('is not there when miner and router hang, lie or refuse, and that shows in time', async () => {
    await world.clock.complete(world.role.stop())
    await serve(world.node, async function* (_request, { signal }) {
      yield sha256(block)
      await world.clock.sleep(86_400_000, { signal })
    })
    await serve(world.router, async function* () {
      yield sha256(salt)
    })
    const startedMs = world.clock.now()
    const evidence = await fetch()
    expect(evidence.block).toEqual(block)
    expect(opens(evidence.keys)).toBe(false)
    expect(world.clock.now() - startedMs).toBeLessThanOrEqual(LIMIT_MS)
  })
})
