import type { Address, CidString, NodeId } from '@cortensor/interface'
import {
  type FetchBlock,
  loadReportRoot,
  loadSection,
  type NodeSkill,
  type QuizCategory,
  type ReportRoot
} from '@cortensor/protocols'
import { collectEvidence, explainLevel, type Level, type LevelEpoch, levelOf, skillsAt } from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import { lastReport } from './reports.js'

export interface ExplainLevelOptions {
  client: Client
  registry: Address
  node: NodeId
  /** @default all */
  category?: QuizCategory | undefined
  /** How many epochs to go back. @default 20 */
  maxEpochs?: number | undefined
}

export interface LevelExplanation {
  node: NodeId
  /** Of the last report. */
  epoch: number
  levels: (Level & { category: QuizCategory; items: number })[]
  /** The latest epoch first; only those that asked the node something. */
  history: LevelEpoch[]
  /** The first epoch that was looked at: what was known before it is where the history starts. */
  sinceEpoch: number
}

/** Old evidence may have been given up by those who held it: then the history ends there. */
const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'NODE_REPORT_UNAVAILABLE'

/**
 * Why a node has the level that it has: back through the chain of reports, every item that it was asked, what it said, and what that did,
 * recomputed from the signed messages. Throws `NODE_UNKNOWN` for a node that no report has measured.
 */
export async function explainNodeLevel(options: ExplainLevelOptions): Promise<LevelExplanation> {
  const { category, client, node } = options
  const { cid, fetch } = await lastReport(client)
  const isWanted = (one: { category: QuizCategory }): boolean => category === undefined || one.category === category
  let root = await loadReportRoot(cid, fetch)
  let skills = await skillsOf(root, fetch)
  const epoch = root.epoch
  const own = skills.filter((row) => row.node === node && isWanted(row))
  if (own.length === 0) {
    throw nodeError('NODE_UNKNOWN', `Nothing has been measured of ${node} yet; "cortensor leaderboard" lists who was`)
  }
  const now = skillsAt(skills, epoch).get(node)?.skills
  const levels = own.map((row) => ({ category: row.category, items: row.items, ...levelOf(now?.get(row.category) ?? row) }))
  const history: LevelEpoch[] = []
  let sinceEpoch: number = root.epoch
  for (let i = 0; i < (options.maxEpochs ?? 20); i++) {
    const prev = root.prevReport === null ? null : await tryLoad(root.prevReport, fetch)
    if (prev === null && root.prevReport !== null) {
      break
    }
    const prevSkills = prev === null ? [] : await skillsOf(prev, fetch)
    const explained = await explainEpoch(root, { skills, prevSkills }, options, fetch)
    if (explained === null) {
      break
    }
    history.push(...explained.filter(isWanted))
    sinceEpoch = root.epoch
    if (prev === null) {
      break
    }
    root = prev
    skills = prevSkills
  }
  return { node, epoch, levels, history, sinceEpoch }
}

const skillsOf = async (root: ReportRoot, fetch: FetchBlock): Promise<NodeSkill[]> =>
  (await loadSection(root, 'skills', fetch)).flat()

async function tryLoad(cid: CidString, fetch: FetchBlock): Promise<ReportRoot | null> {
  try {
    return await loadReportRoot(cid, fetch)
  } catch (error) {
    if (isGone(error)) {
      return null
    }
    throw error
  }
}

/** Null when the evidence is not to be had any more. */
async function explainEpoch(
  root: ReportRoot,
  known: { skills: readonly NodeSkill[]; prevSkills: readonly NodeSkill[] },
  { client, node, registry }: ExplainLevelOptions,
  fetch: FetchBlock
): Promise<LevelEpoch[] | null> {
  const outcomes = (await loadSection(root, 'outcomes', fetch)).filter(({ miner }) => miner === node)
  if (outcomes.length === 0) {
    return []
  }
  try {
    const observations = await loadSection(root, 'observations', fetch)
    const { networkId, verifier } = client
    const evidence = await collectEvidence(observations, {
      networkId,
      registry,
      chainId: client.chain.chainId(),
      verifier,
      fetch
    })
    return explainLevel({ node, report: { epoch: root.epoch, outcomes }, ...known, items: evidence.items })
  } catch (error) {
    if (isGone(error)) {
      return null
    }
    throw error
  }
}
