import type { CompletionEvent, GatewayModel, TaskFailure, TaskId, TokenAmount } from '@cortensor/interface'
import type { AttemptOutcome } from './run-attempt.js'

export type Failed = Extract<CompletionEvent, { type: 'failed' }>

export const failed = (failure: TaskFailure, message: string, taskId: TaskId | null = null): Failed => ({
  type: 'failed',
  taskId,
  failure,
  message
})

/** Declines that another miner of the same model would repeat. */
const FINAL_DECLINES: Readonly<Partial<Record<string, TaskFailure>>> = {
  context_length_exceeded: 'context_length_exceeded',
  invalid_request: 'rejected'
}

/** What cannot be tried again: an answer that the client has half seen, or a request that every miner would refuse. */
export function finalFailure(outcome: Exclude<AttemptOutcome, { type: 'completed' }>): Failed | null {
  if (outcome.type === 'declined') {
    const failure = FINAL_DECLINES[outcome.reason]
    return failure === undefined ? null : failed(failure, outcome.message, outcome.taskId)
  }
  if (!outcome.streamed) {
    return null
  }
  return outcome.type === 'timeout'
    ? failed('timeout', 'The miner fell silent in the middle of its answer', outcome.taskId)
    : failed('miner_failed', `The miner failed in the middle of its answer: ${outcome.message}`, outcome.taskId)
}

/** There are miners, and the session would be served by none of them. */
export const noStake = (model: string, minStake: TokenAmount): Failed =>
  failed(
    'no_staked_miner',
    `No live miner of ${model} is registered on the chain with ${
      minStake === 0n ? 'the stake of its role' : `a stake of ${minStake} micro-COR, as the session asks`
    }; try again when one has staked${minStake === 0n ? '' : ', or lower what the session asks'}`
  )

/** Why nobody is left to try. */
export function giveUp(last: AttemptOutcome | null, model: GatewayModel): Failed {
  if (last === null) {
    return failed('no_miner', `No miner is free for ${model.name} right now; try again in a moment`)
  }
  switch (last.type) {
    case 'timeout':
      return failed('timeout', 'No miner answered in time', last.taskId)
    case 'declined':
      if (last.reason === 'unpaid') {
        return failed('insufficient_quota', `The miners see no money for this request: ${last.message}`, last.taskId)
      }
      return failed('no_miner', `Every miner of ${model.name} declined: ${last.message}`, last.taskId)
    default:
      return failed('miner_failed', 'Every miner that was tried failed', last.taskId)
  }
}
