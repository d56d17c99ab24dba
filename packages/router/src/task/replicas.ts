import type { AgreementVerdict, ComparedAnswer, ModelId, NodeId, TaskAgreement, TaskId } from '@cortensor/interface'
import type { QuizCategory } from '@cortensor/protocols'
import type { DirectoryNode, Match, MatchPolicy, MatchRequest } from '@cortensor/scheduler'
import { compareAnswers, SIMILARITY_ONE, TEXT_EMBEDDING } from '@cortensor/scoring'
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
  answers: Promise<GivenAnswer | null>[]
  text: string
}

export interface GivenAnswer {
  taskId: TaskId
  miner: NodeId
  text: string
}

/**
 * Gives a request to as many more miners as its session wants, each of another operator. Each answer is a task of its own: it is paid,
 * kept and checked like any other. Fewer are asked when fewer are free, or when the money does not suffice for all.
 */
export function startReplicas({ context, excluded, match, miner, plan, policy }: ReplicasInit): Replicas {
  const operators = new Set([miner.operator])
  const answers: Promise<GivenAnswer | null>[] = []
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
async function answerOf(attempt: Attempt): Promise<GivenAnswer | null> {
  let text = ''
  try {
    for (;;) {
      const step = await attempt.next()
      if (step.done === true) {
        const { taskId, type } = step.value
        return type === 'completed' ? { taskId, miner: attempt.miner.nodeId, text } : null
      }
      text += step.value.type === 'delta' ? step.value.text : ''
    }
  } catch {
    return null
  } finally {
    await attempt.close()
  }
}

/** Waits for all of them. What each answer has in common with the others, the client's own first; empty where nobody else was asked. */
export async function agreementsOf(
  { answers, text }: Replicas,
  own: Pick<GivenAnswer, 'taskId' | 'miner'>,
  category: QuizCategory | null
): Promise<TaskAgreement[]> {
  if (answers.length === 0) {
    return []
  }
  const others = (await Promise.all(answers)).filter((answer) => answer !== null)
  const given = [{ taskId: own.taskId, miner: own.miner, text }, ...others]
  const { similarities, verdicts } = compareAnswers(
    given.map((answer) => answer.text),
    category
  )
  const compared = given.map(({ miner, taskId }, i): ComparedAnswer => {
    const similarity = (similarities[i] as number) / SIMILARITY_ONE
    return { taskId, miner, verdict: verdicts[i] as AgreementVerdict, similarity }
  })
  return given.map((answer, i) => ({
    label: 'signal',
    embedding: TEXT_EMBEDDING,
    verdict: verdicts[i] as AgreementVerdict,
    miners: given.length,
    equal: given.filter((other) => other.text === answer.text).length,
    answers: compared
  }))
}
