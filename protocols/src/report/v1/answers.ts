import { OPEN_SESSION } from '../../task/v1/ids.js'
import type { AuditedAnswer, QuizOutcome, ReportedResult } from './types.js'

const ofTask = ({ completionTokens, promptTokens, router, taskId, ...rest }: ReportedResult): AuditedAnswer => ({
  ...rest,
  subject: taskId,
  source: { type: 'task', router, promptTokens, completionTokens }
})

function ofRound({ miner, model, roundId, shown }: QuizOutcome): AuditedAnswer[] {
  if (model === null || shown === null) {
    return []
  }
  const { transcript, ...answers } = shown
  return [{ subject: roundId, miner, model, transcript, source: { type: 'quiz', ...answers }, session: OPEN_SESSION, fee: 0n }]
}

/** Every answer of a report that can be audited: tasks first, then rounds, each in the order of its section. */
export const auditedAnswers = (results: readonly ReportedResult[], outcomes: readonly QuizOutcome[]): AuditedAnswer[] => [
  ...results.map(ofTask),
  ...outcomes.flatMap(ofRound)
]
