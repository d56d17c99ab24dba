import { SWARM_PARAMS } from '@cortensor/config'
import type { EpochNumber, ModelId, NodeId } from '@cortensor/interface'
import {
  type AuditedAnswer,
  type AuditReveal,
  type AuditVote,
  auditCommitment,
  encodeResultMessage,
  type LedgerState,
  type NodeHonesty,
  type NodeSkill,
  type PendingAudit
} from '@cortensor/protocols'
import { deriveReport, drawAudits } from '../src/index.js'
import { derive } from './bound-world.js'
import { agreed, anchor, epoch, hashOf, hex32Of, MODEL, minerX, minerY, minerZ, params, seal, task } from './world.js'

export const blockHash = hex32Of('draw')
export const audit = SWARM_PARAMS.audit
const skillOf = (node: NodeId, model: ModelId = MODEL): NodeSkill => ({
  ...{ node, model, category: 'logic', meanMilli: 0, sdMilli: 500, priorMilli: 0, epoch: 1 as EpochNumber, items: 4 }
})
export const ejected = (node: NodeId): NodeHonesty => ({
  ...{ node, checks: 2, contradictions: 2, verifiedTokens: 0, evidence: 1n, plants: 0 },
  ...{ isUnseated: false, isEjected: true }
})
export const byNode = <T extends { node: NodeId }>(rows: T[]): T[] => rows.sort((a, b) => (a.node < b.node ? -1 : 1))
export const skills = byNode([minerX, minerY, minerZ].map(({ nodeId }) => skillOf(nodeId)))

/** The state after an epoch that reported one answer of miner X. */
export async function answered(): Promise<{ state: LedgerState; result: AuditedAnswer }> {
  const { state } = await derive((await task({ name: 'audited' })).all)
  return { state: { ...state, skills }, result: state.reported[0] as AuditedAnswer }
}

export const draw = (state: LedgerState) => drawAudits({ params: audit, state, blockHash })

export const sample = new Uint8Array(new Float32Array(32).fill(3).buffer)
export const otherSample = new Uint8Array(new Float32Array(32).fill(9).buffer)

export interface Said {
  auditor: typeof minerY
  vote: AuditVote
  window?: number
  isExact?: boolean
  sample?: Uint8Array
  /** Opens no promise. */
  isBroken?: boolean
}

export async function votes(of: PendingAudit, said: readonly Said[]): Promise<Uint8Array[]> {
  const { miner, round, subject } = of
  const sealed = said.map(async ({ auditor, isBroken, isExact = false, vote, window = null, sample: own = sample }) => {
    const reveal: AuditReveal = { subject, miner, round, salt: hashOf(auditor.nodeId), vote, window, isExact, sample: own }
    const commitment = isBroken === true ? hex32Of('another') : auditCommitment(auditor.nodeId, reveal)
    return [
      await seal(auditor, 'result', encodeResultMessage({ type: 'audit-precommit', subject, miner, round, commitment })),
      await seal(auditor, 'result', encodeResultMessage({ type: 'audit-reveal', ...reveal }))
    ]
  })
  return (await Promise.all(sealed)).flat()
}

export const withDraw = { anchor: { ...anchor, draw: { number: 9, hash: blockHash } } }

/** The epoch after the answer, with these votes. */
export async function judged(said: readonly Said[], isOver = true, exactWindows = true) {
  const { state } = await answered()
  const [of] = draw(state).drawn
  const items = await votes(of as PendingAudit, said)
  const own = { ...params, audit: { ...params.audit, exactWindows, windowMs: isOver ? 1 : 86_400_000 } }
  const { input } = await epoch(state, agreed({ items }), null, { ...withDraw, params: own })
  return deriveReport(input)
}
