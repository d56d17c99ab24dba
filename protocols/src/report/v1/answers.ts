import { panelIdOf } from '../../quiz/v1/round.js'
import { OPEN_SESSION } from '../../task/v1/ids.js'
import type { AuditedAnswer } from './audit-types.js'
import type { PanelOpinion } from './panel-types.js'
import type { QuizOutcome } from './quiz-types.js'
import type { ReportedResult } from './types.js'

const ofTask = ({ completionTokens, promptTokens, router, taskId, ...rest }: ReportedResult): AuditedAnswer => ({
  ...rest,
  subject: taskId,
  source: { type: 'task', router, promptTokens, completionTokens }
})

function ofRound({ miner, model, roundId, shown }: Pick<QuizOutcome, 'miner' | 'model' | 'roundId' | 'shown'>): AuditedAnswer[] {
  if (model === null || shown === null) {
    return []
  }
  const { transcript, ...answers } = shown
  return [{ subject: roundId, miner, model, transcript, source: { type: 'quiz', ...answers }, session: OPEN_SESSION, fee: 0n }]
}

const ofPanel = ({ ballots, roundId }: PanelOpinion): AuditedAnswer[] =>
  ballots.flatMap(({ model, node, shown }) => ofRound({ roundId: panelIdOf(roundId), miner: node, model, shown }))

/** What of a report can be audited. */
export interface ReportedAnswers {
  results: readonly ReportedResult[]
  outcomes: readonly QuizOutcome[]
  opinions: readonly PanelOpinion[]
}

/** Every answer of a report that can be audited: tasks first, then rounds, then judges, each in the order of its section. */
export const auditedAnswers = ({ opinions, outcomes, results }: ReportedAnswers): AuditedAnswer[] => [
  ...results.map(ofTask),
  ...outcomes.flatMap(ofRound),
  ...opinions.flatMap(ofPanel)
]
