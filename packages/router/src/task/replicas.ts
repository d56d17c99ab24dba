import type { ModelId, NodeId } from '@cortensor/interface'
import type { DirectoryNode, Match, MatchPolicy, MatchRequest } from '@cortensor/scheduler'
import { type Attempt, openAttempt, type TaskPlan } from './attempt.js'
import type { CompleteContext } from './complete.js'

export interface ReplicasInit {
  /** Whose answer the client sees. */
  miner: DirectoryNode
  plan: TaskPlan
  policy: MatchPolicy
  /** Those that are asked are added. */
  excluded: Set<NodeId>
  match: (models: readonly ModelId[], more: Partial<MatchRequest>) => Match[]
  context: CompleteContext
}

/** The same question to others, and what the client has seen so far. */
export interface Replicas {
  /** Their answers; null of one that did not complete it. */
  answers: Promise<string | null>[]
  text: string
}

/** How many gave an answer, and how many of them the same one; the client's own counted in. */
export interface Agreement {
  miners: number
  equal: number
}

/**
 * Gives a request to as many more miners as its session wants, each of another operator. Each answer is a task of its own: it is paid,
 * kept and checked like any other. Fewer are asked when fewer are free, or when the money does not suffice for all.
 */
export function startReplicas({ context, excluded, match, miner, plan, policy }: ReplicasInit): Replicas {
  const operators = new Set([miner.operator])
  const answers: Promise<string | null>[] = []
  while (answers.length < policy.redundancy - 1) {
    const other = context.capacity.takeNow(() => match([plan.model.id], { excluded, operators })[0]?.node)
    if (other === null) {
      break
    }
    excluded.add(other.nodeId)
    operators.add(other.operator)
    const attempt = openAttempt(other, 1, plan, context)
    if (typeof attempt === 'string') {
      break
    }
    answers.push(answerOf(attempt))
  }
  return { answers, text: '' }
}

/** Never rejects: who cancels the request cancels the replicas, too. */
async function answerOf(attempt: Attempt): Promise<string | null> {
  let text = ''
  try {
    for (;;) {
      const step = await attempt.next()
      if (step.done === true) {
        return step.value.type === 'completed' ? text : null
      }
      text += step.value.type === 'delta' ? step.value.text : ''
    }
  } catch {
    return null
  } finally {
    await attempt.close()
  }
}

/** Waits for all of them. Null where nobody else was asked. */
export async function agreementOf({ answers, text }: Replicas): Promise<Agreement | null> {
  if (answers.length === 0) {
    return null
  }
  const given = (await Promise.all(answers)).filter((answer) => answer !== null)
  return { miners: 1 + given.length, equal: 1 + given.filter((answer) => answer === text).length }
}
