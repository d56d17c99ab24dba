/**
 * Pure scoring: what a quiz asks, what an answer is worth, and the epoch report that follows from what the oracles saw.
 *
 * @packageDocumentation
 */
export * from './agreement/calibrate-thresholds.js'
export * from './agreement/centre.js'
export * from './agreement/compare-answers.js'
export * from './agreement/judge-agreement.js'
export * from './agreement/similarity.js'
export * from './agreement/text-embedding.js'
export * from './agreement/thresholds.js'
export * from './audit/draw.js'
export * from './audit/drawn-auditors.js'
export * from './audit/follow-draws.js'
export * from './audit/honesty.js'
export * from './audit/load-draw.js'
export { plantsLeft } from './audit/plants.js'
export * from './authoring/authored-rounds.js'
export {
  type AuthoringBase,
  type AuthoringEvent,
  type AuthoringFault,
  type AuthoringParams,
  type AuthoringPhase,
  type AuthoringState,
  beginAuthoring,
  rankOf,
  reduceAuthoring,
  turnEnd,
  turnOfRank
} from './authoring/authoring-machine.js'
export * from './authoring/drafts.js'
export * from './authoring/form.js'
export * from './errors.js'
export { CALIBRATED_CATEGORIES, CATALOGUE, calibratedTemplates } from './items/catalogue.js'
export * from './items/check-answer.js'
export * from './items/draw-categories.js'
export * from './items/open-challenge.js'
export {
  type AbilityOf,
  drawItem,
  type ItemsInit,
  possibleItems,
  type QuizItem,
  quizItems,
  UNMEASURED
} from './items/quiz-items.js'
export * from './items/quiz-request.js'
export { type Exercise, type ItemTemplate, isLongAnswer } from './items/template.js'
export * from './panel/ask-judge.js'
export * from './panel/calibration-pairs.js'
export { panelEndMs } from './panel/close-panels.js'
export * from './panel/comparisons.js'
export { isJudge, isOnTrial } from './panel/judge-standing.js'
export * from './panel/judge-vote.js'
export * from './panel/judge-weight.js'
export * from './panel/measure-judge.js'
export { JUDGE_WEIGHT, PANEL_WEIGHT } from './panel/panel-weights.js'
export * from './panel/quoted-text.js'
export * from './panel/rubric.js'
export * from './panel/usefulness.js'
export * from './price/next-price.js'
export * from './report/check-report.js'
export * from './report/collect-evidence.js'
export * from './report/dataset-rows.js'
export * from './report/derive-report.js'
export * from './report/explain-level.js'
export * from './report/explain-reward.js'
export * from './report/explain-rounds.js'
export { namedSessions } from './report/fees.js'
export * from './report/item-memo.js'
export * from './report/ledger.js'
export { cutoffOf } from './report/observations.js'
export * from './report/open-items.js'
export {
  type AssessedNode,
  assessedAt,
  type NodeRecords,
  type NodeStanding,
  qualifiedNodes,
  UNASSESSED
} from './report/reputations.js'
export { roundEndMs } from './report/rounds.js'
export { askedAbility, skillsAt } from './report/skills.js'
export * from './report/types.js'
export * from './reputation/reliability.js'
export * from './reputation/reputation.js'
export * from './rounds/answerers.js'
export * from './rounds/round-machine.js'
export * from './rounds/round-rules.js'
export * from './skill/calibrate.js'
export * from './skill/choose-item.js'
export * from './skill/item-model.js'
export * from './skill/level.js'
export * from './skill/posterior.js'
