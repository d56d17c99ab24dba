import type { EpochNumber, ModelId, NodeId } from '@cortensor/interface'
import { CALIBRATION_PAIRS, type JudgeStanding, MAX_JUDGE_PAIRS } from '@cortensor/protocols'
import { hasWeight, judgeLowerMilli, MIN_JUDGE_MILLI } from './judge-weight.js'
import { RUBRIC } from './rubric.js'

/** Before it nobody gives up on a judge: eight ballots. */
const MIN_TRIED_PAIRS = 32

/** Epochs after its last ballot in which a judge is forgotten, and may be tried again: a day of a public network. */
const FORGOTTEN_EPOCHS = 1_440

/** What of a node's record counts for the model that it has now. */
const recordOf = (standing: JudgeStanding | undefined, model: ModelId): JudgeStanding | null =>
  standing !== undefined && standing.model === model && standing.rubric === RUBRIC.version ? standing : null

/** Whether the word of a node with this model is heard. */
export function isJudge(standing: JudgeStanding | undefined, model: ModelId): boolean {
  const record = recordOf(standing, model)
  return record !== null && hasWeight(record)
}

/** Whether it is worth asking: it has not shown yet that it can judge, nor that it cannot. */
export function isOnTrial(standing: JudgeStanding | undefined, model: ModelId): boolean {
  const record = recordOf(standing, model)
  if (record === null || record.asked < MIN_TRIED_PAIRS) {
    return record === null || !hasWeight(record)
  }
  const { asked, right } = record
  return !hasWeight(record) && 1_000 - judgeLowerMilli({ asked, right: asked - right }) >= MIN_JUDGE_MILLI
}

/** After a ballot. Another model, or another rubric, begins anew; old pairs weigh less and less. */
export function standingAfter(
  before: JudgeStanding | undefined,
  { epoch, model, node, right }: { epoch: EpochNumber; model: ModelId; node: NodeId; right: number }
): JudgeStanding {
  const known = recordOf(before, model)
  const [asked, all] = [(known?.asked ?? 0) + CALIBRATION_PAIRS, (known?.right ?? 0) + right]
  const isFull = asked > MAX_JUDGE_PAIRS
  return {
    ...{ node, model, rubric: RUBRIC.version, epoch },
    ...{ asked: isFull ? asked >> 1 : asked, right: isFull ? all >> 1 : all }
  }
}

/** Those that were heard lately, and whose answers no audit has refuted. */
export const keptStandings = (
  standings: readonly JudgeStanding[],
  epoch: EpochNumber,
  refuted: ReadonlySet<NodeId>
): JudgeStanding[] => standings.filter((row) => epoch - row.epoch <= FORGOTTEN_EPOCHS && !refuted.has(row.node))
