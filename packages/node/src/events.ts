import type { CommittedEpoch, NodeId } from '@cortensor/interface'
import type { Report } from '@cortensor/protocols'

/** What a node or a swarm tells as it happens; each is one JSON line with `--json`. */
export type NodeEvent =
  | { event: 'task'; taskId: string; status: 'completed' | 'failed' | 'cancelled'; miners: string[]; cid: string | null }
  | { event: 'quiz'; round: string; outcomes: QuizOutcomeEvent[] }
  | {
      event: 'epoch'
      epoch: number
      view: number
      leader: string
      results: number
      resultsRoot: string
      rewardsRoot: string
      reportCid: string
      txHash: string
    }

export interface QuizOutcomeEvent {
  miner: string
  status: string
  correct: number
  asked: number
  categories: Record<string, { correct: number; asked: number }>
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The rounds of a report, then the epoch itself. */
export function epochEvents(commit: CommittedEpoch, report: Report, leader: NodeId): NodeEvent[] {
  const rounds = Map.groupBy(report.outcomes, (outcome) => outcome.roundId)
  const quiz = [...rounds].map(([round, outcomes]): NodeEvent => {
    const told = outcomes.map(({ miner, scores, status }) => ({
      miner,
      status,
      correct: sum(scores.map((score) => score.correct)),
      asked: sum(scores.map((score) => score.asked)),
      categories: Object.fromEntries(scores.map(({ asked, category, correct }) => [category, { correct, asked }]))
    }))
    return { event: 'quiz', round, outcomes: told }
  })
  return [
    ...quiz,
    {
      event: 'epoch',
      epoch: commit.epoch,
      view: commit.view,
      leader,
      results: report.results.length,
      resultsRoot: commit.resultsRoot,
      rewardsRoot: commit.rewardsRoot,
      reportCid: commit.reportCid,
      txHash: commit.transactionHash
    }
  ]
}
