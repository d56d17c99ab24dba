import type { CidString, Hex32, NodeId, RoundId, TaskId } from '@cortensor/interface'

/**
 * What an auditor says of an answer; a word on the wire, and a number of its own in a report. `withheld`: nobody served its transcript, or what opens it,
 * while there was time. `strict`: false by what this auditor's engine alone can tell, being equal to the writer's, and not by the tolerance that
 * all engines share.
 */
export type AuditVote = 'valid' | 'invalid' | 'inconclusive' | 'unsupported' | 'withheld' | 'strict'

/** 1 stands for a dispute: auditors of the first round said different things, or one alone refused. */
export type AuditRound = 0 | 1

/** Which answer is audited, and how often it was before. */
export interface AuditSubject {
  /** The task or the round. */
  subject: TaskId | RoundId
  miner: NodeId
  round: AuditRound
}

export interface AuditReveal extends AuditSubject {
  /** 32 bytes. */
  salt: Uint8Array
  vote: AuditVote
  /** The first window that is false, of an answer that is false because of its tokens or logits. */
  window: number | null
  /**
   * Whether the window is the first that has other logits to the last bit, computed in a class where machines compute alike. The only kind
   * of vote that can cost stake.
   */
  isExact: boolean
  /** What nobody knows who has not run the model: see `auditSample`. */
  sample: Uint8Array
}

export type ResultMessage =
  /** A miner's word to a router that it takes a task. The router shows it around only when nothing comes of the task. */
  | { type: 'acknowledgement'; taskId: TaskId }
  | { type: 'precommit'; taskId: TaskId; commitment: Hex32 }
  | {
      type: 'commit'
      taskId: TaskId
      /** 32 bytes. */
      salt: Uint8Array
      transcript: CidString
      promptTokens: number
      completionTokens: number
      finishReason: 'stop' | 'length'
    }
  | ({ type: 'audit-precommit'; commitment: Hex32 } & AuditSubject)
  | ({ type: 'audit-reveal' } & AuditReveal)
  /** The miner of audited answers says that it has spoilt them on purpose; 32 bytes open their salt. */
  | { type: 'audit-plant'; subject: AuditSubject['subject']; secret: Uint8Array }
