import type { Address, NodeId, TaskId } from '@cortensor/interface'
import {
  loadSection,
  type NodeReputation,
  type NodeSkill,
  type QuizCategory,
  type TemplateCalibration
} from '@cortensor/protocols'
import {
  type AssessedNode,
  assessedAt,
  collectEvidence,
  decayed,
  type ExplainLevelInit,
  explainLevel,
  type Level,
  type LevelEpoch,
  levelOf,
  skillsAt
} from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import { type FoundReport, isGone, reportsBack } from './reports.js'

export interface ExplainLevelOptions {
  client: Client
  registry: Address
  node: NodeId
  /** @default all */
  category?: QuizCategory | undefined
  /** How many epochs to go back. @default 20 */
  maxEpochs?: number | undefined
}

/** What a node began and carried through, decayed to the last report, and where that puts it. */
export type NodeRecord = AssessedNode & Pick<NodeReputation, 'stages'>

export interface LevelExplanation {
  node: NodeId
  /** Of the last report. */
  epoch: number
  levels: (Level & { category: QuizCategory; items: number })[]
  /** How it carries through what it begins; null for a node that no report has seen at work. */
  record: NodeRecord | null
  /** The latest epoch first; only those that asked the node something. */
  history: LevelEpoch[]
  /** Tasks that it took and left undone, in the epochs that were looked at. */
  undone: { epoch: number; taskId: TaskId; router: NodeId }[]
  /** The first epoch that was looked at: what was known before it is where the history starts. */
  sinceEpoch: number
}

/**
 * Why a node has the level that it has: back through the chain of reports, every item that it was asked, what it said, and what that did,
 * recomputed from the signed messages. Throws `NODE_UNKNOWN` for a node that no report has measured.
 */
export async function explainNodeLevel(options: ExplainLevelOptions): Promise<LevelExplanation> {
  const { category, client, node } = options
  const isWanted = (one: { category: QuizCategory }): boolean => category === undefined || one.category === category
  const found = reportsBack(client)
  let report = (await found.next()).value as FoundReport
  let skills = await skillsOf(report)
  const epoch = report.root.epoch
  const own = skills.filter((row) => row.node === node && isWanted(row))
  if (own.length === 0) {
    throw nodeError('NODE_UNKNOWN', `Nothing has been measured of ${node} yet; "cortensor leaderboard" lists who was`)
  }
  const now = skillsAt(skills, epoch).get(node)?.skills
  const levels = own.map((row) => ({ category: row.category, items: row.items, ...levelOf(now?.get(row.category) ?? row) }))
  const record = await recordOf(node, report)
  const history: LevelEpoch[] = []
  const undone: LevelExplanation['undone'] = []
  let sinceEpoch: number = epoch
  for (let i = 0; i < (options.maxEpochs ?? 20); i++) {
    const prev = (await found.next()).value ?? null
    if (prev === null && report.root.prevReport !== null) {
      break
    }
    const prevSkills = prev === null ? [] : await skillsOf(prev)
    const explained = await explainEpoch(
      report,
      { skills, prevSkills, prevCalibrations: prev === null ? [] : await calibrationsOf(prev) },
      options
    )
    if (explained === null) {
      break
    }
    history.push(...explained.filter(isWanted))
    undone.push(...(await undoneIn(report, node)))
    sinceEpoch = report.root.epoch
    if (prev === null) {
      break
    }
    report = prev
    skills = prevSkills
  }
  return { node, epoch, levels, record, history, undone, sinceEpoch }
}

const skillsOf = async ({ fetch, root }: FoundReport): Promise<NodeSkill[]> => (await loadSection(root, 'skills', fetch)).flat()

async function undoneIn({ fetch, root }: FoundReport, node: NodeId): Promise<LevelExplanation['undone']> {
  const failures = (await loadSection(root, 'failures', fetch)).filter(({ miner }) => miner === node)
  return failures.map(({ router, taskId }) => ({ epoch: root.epoch, taskId, router }))
}

async function recordOf(node: NodeId, { fetch, root }: FoundReport): Promise<NodeRecord | null> {
  const [rows, honesty] = await Promise.all([loadSection(root, 'reputations', fetch), loadSection(root, 'honesty', fetch)])
  const row = rows.find((one) => one.node === node)
  const assessed = assessedAt({ honesty, reputations: row === undefined ? [] : [row] }, root.epoch).get(node)
  return row === undefined || assessed === undefined ? null : { ...assessed, stages: decayed(row, root.epoch).stages }
}

const calibrationsOf = ({ fetch, root }: FoundReport): Promise<TemplateCalibration[]> => loadSection(root, 'calibrations', fetch)

/** Null when the evidence is not to be had any more. */
async function explainEpoch(
  { fetch, root }: FoundReport,
  known: Pick<ExplainLevelInit, 'skills' | 'prevSkills' | 'prevCalibrations'>,
  { client, node, registry }: ExplainLevelOptions
): Promise<LevelEpoch[] | null> {
  const outcomes = (await loadSection(root, 'outcomes', fetch)).filter(({ miner }) => miner === node)
  if (outcomes.length === 0) {
    return []
  }
  try {
    const observations = await loadSection(root, 'observations', fetch)
    const audits = await loadSection(root, 'audits', fetch)
    const { networkId, verifier } = client
    const evidence = await collectEvidence(observations, {
      networkId,
      registry,
      chainId: client.chain.chainId(),
      verifier,
      fetch
    })
    return explainLevel({ node, report: { epoch: root.epoch, outcomes, audits }, ...known, items: evidence.items })
  } catch (error) {
    if (isGone(error)) {
      return null
    }
    throw error
  }
}
