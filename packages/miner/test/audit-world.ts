import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Chain, ChainEvent, CommittedEpoch, EpochNumber } from '@cortensor/interface'
import type { MemoryNode, ScriptedEngine } from '@cortensor/memory'
import {
  AUDIT_LIMITS,
  auditedAnswers,
  decodeResultMessage,
  OPEN_SESSION,
  openEnvelope,
  type PendingAudit,
  type ResultMessage,
  streamProtocol,
  topicName
} from '@cortensor/protocols'
import type { EpochDraw, LoadDraw } from '@cortensor/scoring'
import { createDeferred, startAll, stopAll } from '@cortensor/utils'
import { type Auditor, createAuditor } from '../src/audit/auditor.js'
import { createAuditHandler } from '../src/handlers/audit.js'
import { createMinerMetrics } from '../src/metrics.js'
import { createWorld, MODEL, params, type World } from './world.js'

export const { windowMs } = params.audit

type Reveal = Extract<ResultMessage, { type: 'audit-reveal' }>

export interface AuditWorldInit {
  /** Sequences of the auditor's engine. @default 1 */
  sequences?: number
  /** Of the auditor's engine. @default 500 */
  prefillTokensPerSecond?: number
}

/** A chain on which epochs are committed when a test says so, and the blocks that draw their audits are there. */
function createDrawChain() {
  const hash = ZERO_HEX32
  const commits: CommittedEpoch[] = []
  let told = createDeferred<void>()
  const chain = {
    head: async () => ({ number: 0, hash, timestampMs: 0 }),
    lastCommit: async () => null,
    commit: async () => null,
    block: async (number: number) => ({ number, hash, timestampMs: 0 }),
    async *follow(_from: number, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<ChainEvent> {
      signal?.addEventListener('abort', () => told.resolve(), { once: true })
      for (let next = 0; signal?.aborted !== true; ) {
        const commit = commits[next]
        if (commit === undefined) {
          told = createDeferred()
          await told.promise
        } else {
          next++
          yield { type: 'epoch', block: commit.block, commit }
        }
      }
    }
  } as unknown as Chain
  const commit = (): void => {
    const number = commits.length + 1
    const digest = `0x${number.toString(16).padStart(64, '0')}`
    commits.push({ digest, epoch: number, block: { number, hash, timestampMs: 0 } } as unknown as CommittedEpoch)
    told.resolve()
  }
  return { chain, commit }
}

/**
 * An auditor with an engine of its own, the miner whose answers it is drawn for, and the votes that oracles hear. Whether paid work needs the
 * engine, a test says.
 */
export async function createAuditWorld(init: AuditWorldInit = {}) {
  const world: World = await createWorld()
  const { clock, networkId, verifier } = world
  const engineInit = { models: [{ name: 'chat', contextLength: 64 }], sequences: 1, ...init }
  const node = world.addNode('auditor', { engine: engineInit })
  const engine = node.engine as ScriptedEngine
  await clock.complete(startAll([node.network, node.store, engine]))
  const { chain, commit } = createDrawChain()
  const paid = { tasks: 0 }
  const idle = new Set<() => void>()
  const controller = new AbortController()
  const running: Promise<unknown>[] = []
  let draw: EpochDraw | null = null
  const loads = { failures: 0, asked: 0 }
  const loadDraw: LoadDraw = async () => {
    loads.asked++
    if (loads.failures > 0) {
      loads.failures--
      throw new TypeError('nobody serves the report')
    }
    return draw as EpochDraw
  }
  const auditor: Auditor = createAuditor({
    ...{ networkId, params, metrics: createMinerMetrics(node.metrics) },
    components: {
      ...node,
      chain,
      engine,
      loadDraw,
      publisher: world.publisherOf(node),
      randomBytes: (length) => world.rng.fork(`auditor ${clock.events}`).bytes(length)
    },
    isIdle: () => paid.tasks === 0,
    async untilIdle(signal) {
      while (paid.tasks > 0 && !signal.aborted) {
        const change = createDeferred<void>()
        idle.add(change.resolve)
        signal.addEventListener('abort', () => change.resolve(), { once: true })
        await change.promise
      }
      signal.throwIfAborted()
    },
    track: (work) => running.push(work.catch(() => {}))
  })
  running.push(auditor.run(controller.signal))

  const votes: { atMs: number; reveal: Reveal }[] = []
  await (world.oracles[1] as MemoryNode).network.subscribe(topicName(networkId, 'result'), async (data) => {
    const { payload, sender } = await openEnvelope(data, { networkId, family: 'result', verifier, nowMs: clock.now() })
    const message = decodeResultMessage(payload)
    if (sender === node.signer.nodeId && message.type === 'audit-reveal') {
      votes.push({ atMs: clock.now(), reveal: message })
    }
    return 'accept'
  })

  /** An answer of the world's miner for which the auditor is drawn. */
  const answer = async (name: string, changes: Partial<PendingAudit> = {}): Promise<PendingAudit> => {
    const { bytes, taskId } = await world.request({ nonce: name, header: { privacy: 'private' } })
    const frames = await clock.complete(world.send(bytes))
    const end = frames.map(({ frame }) => frame).find((frame) => frame.type === 'end')
    if (end?.type !== 'end') {
      throw new TypeError('The task was not done')
    }
    const { completionTokens, promptTokens, transcript } = end
    const [router, miner] = [world.router.signer.nodeId, world.node.signer.nodeId]
    const row = { taskId, router, miner, model: MODEL, transcript, promptTokens, completionTokens }
    const result = { ...row, session: OPEN_SESSION, fee: 0n }
    const [reported] = auditedAnswers({ results: [result], outcomes: [], opinions: [] })
    const drawn = { epoch: 1 as EpochNumber, round: 0 as const, auditors: [node.signer.nodeId], drawnMs: 0 }
    return { ...(reported as NonNullable<typeof reported>), ...drawn, isPlanted: false, earlier: [], ...changes }
  }
  const protocol = streamProtocol(networkId, 'audit')
  return {
    ...world,
    auditor,
    node: world.node,
    own: node,
    engine,
    loads,
    votes,
    answer,
    /** Of so many paid tasks the engine has to do now. */
    setPaid(tasks: number): void {
      paid.tasks = tasks
      if (tasks === 0) {
        for (const wake of idle) {
          wake()
        }
        idle.clear()
      }
    },
    /** The miner serves these audits to whom they draw from now on, and to nobody else. */
    async serve(audits: readonly PendingAudit[]): Promise<void> {
      await clock.complete(world.role.stop())
      const answerFor: Auditor['answerFor'] = ({ subject }, by) => {
        const audit = audits.find((audit) => audit.subject === subject && audit.auditors.includes(by))
        return audit === undefined ? null : { transcript: audit.transcript, key: 'own' }
      }
      await world.node.network.handle(protocol, createAuditHandler(world.node, { answerFor }), {
        maxResponseBytes: AUDIT_LIMITS.maxFrameBytes
      })
    },
    /** An epoch is committed that draws these audits; what it counts ended before so many ms. */
    commitDraw(audits: readonly PendingAudit[], agoMs = 0): number {
      const cutoffMs = clock.now() - agoMs
      draw = {
        ...{ cutoffMs, randomness: new Uint8Array(32), undecided: [] },
        drawn: audits.map((audit) => ({ ...audit, drawnMs: cutoffMs }))
      }
      commit()
      return cutoffMs
    },
    async stop() {
      controller.abort()
      await clock.complete(Promise.all(running))
      await clock.complete(stopAll([node.network, node.store, engine]))
      await world.stop()
    }
  }
}
