import {
  type CommittedEpoch,
  CortensorError,
  errorMessage,
  type Hex32,
  type NodeId,
  type RequestHandler
} from '@cortensor/interface'
import { AUDIT_LIMITS, decodeAuditRequest, decodeTaskHeader, taskIdOf, taskSalt } from '@cortensor/protocols'
import { awaitDraw, createDrawnAuditors, followDraws } from '@cortensor/scoring'
import type { RouterComponents } from './components.js'
import type { RouterInit } from './options.js'

export type RouterErrorCode =
  /** Only who was drawn to audit an answer is given its key, and not without end. */
  'ROUTER_NOT_AUDITOR'

/** Own tasks whose auditors are remembered: three epochs of a busy router. */
const REMEMBERED_AUDITS = 30_000

export interface AuditKeys {
  /** Learns who was drawn to audit own tasks, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Gives the key of an own task to whoever was drawn to audit it, for when its miner does not. */
  handler: RequestHandler
  /** Whether a node was drawn to audit an answer to an own task, and may ask now. */
  isDrawn(node: NodeId): boolean
}

export function createAuditKeys(init: RouterInit, components: RouterComponents): AuditKeys {
  const { chain, clock, loadDraw, logger, signer, store } = components
  const { audit, epoch } = init.params
  const { windowMs } = audit
  const drawnFor = createDrawnAuditors({ clock, windowMs, answers: REMEMBERED_AUDITS, servings: AUDIT_LIMITS.maxServings })
  return {
    async run(signal) {
      const reading = new Set<Promise<void>>()
      const take = async (commit: CommittedEpoch, blockHash: Hex32): Promise<void> => {
        try {
          const draws = { chain, clock, loadDraw, logger, store, params: audit }
          const { cutoffMs, drawn } = await awaitDraw(draws, commit, blockHash, signal)
          for (const { auditors, miner, source, subject } of drawn) {
            if (source.type === 'task' && source.router === signer.nodeId) {
              drawnFor.add({ subject, miner }, auditors, cutoffMs)
            }
          }
        } catch (error) {
          if (!signal.aborted) {
            const context = { epoch: commit.epoch, error: errorMessage(error) }
            logger.warn('The audits of an epoch could not be read; its auditors get no keys here', context)
          }
        }
      }
      if (audit.auditors > 0) {
        const onDrawable = (commit: CommittedEpoch, blockHash: Hex32): void => {
          const work = take(commit, blockHash).finally(() => reading.delete(work))
          reading.add(work)
        }
        await followDraws({ chain, clock, logger, confirmationDepth: epoch.confirmationDepth, onDrawable }, signal)
        await Promise.all(reading)
      }
    },
    isDrawn: drawnFor.isDrawn,
    async *handler(request, { from }) {
      const { header, miner, subject } = decodeAuditRequest(request)
      const isOwn = header !== null && taskIdOf(init.networkId, signer.nodeId, header) === subject
      if (!isOwn || !drawnFor.takeServing({ subject, miner }, from)) {
        throw new CortensorError<RouterErrorCode>('ROUTER_NOT_AUDITOR', 'This node was not drawn to audit an answer to that task')
      }
      yield await taskSalt(signer, decodeTaskHeader(header).nonce)
    }
  }
}
