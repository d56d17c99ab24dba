import type { ModelId, NodeId } from '@cortensor/interface'
import { loadReportRoot, loadSection, type QuizCategory } from '@cortensor/protocols'
import { assessedAt, type Level, levelOf, type NodeStanding, skillsAt, UNASSESSED } from '@cortensor/scoring'
import type { Client } from './client.js'
import { lastReport } from './reports.js'

export interface LeaderboardEntry extends Level {
  category: QuizCategory
  node: NodeId
  /** The model that was measured. */
  model: ModelId | null
  /** Items asked so far. */
  items: number
  standing: NodeStanding
  /** The lower tenth of the chance that it carries through what it begins, in thousandths. */
  reliabilityMilli: number
}

export interface Leaderboard {
  /** Of the report that it comes from. */
  epoch: number
  /** By category; in each the highest level first. */
  entries: LeaderboardEntry[]
}

export interface LeaderboardInit {
  client: Client
  /** @default all */
  category?: QuizCategory | undefined
}

/** Who can do what, as the last report of the network has measured it. */
export async function readLeaderboard({ category, client }: LeaderboardInit): Promise<Leaderboard> {
  const { cid, fetch } = await lastReport(client)
  const root = await loadReportRoot(cid, fetch)
  const [skills, reputations, honesty] = await Promise.all([
    loadSection(root, 'skills', fetch),
    loadSection(root, 'reputations', fetch),
    loadSection(root, 'honesty', fetch)
  ])
  const rows = skills.flat()
  const now = skillsAt(rows, root.epoch)
  const assessed = assessedAt({ honesty, reputations }, root.epoch)
  const entries = rows
    .filter((row) => category === undefined || row.category === category)
    .map((row): LeaderboardEntry => {
      const skill = now.get(row.node)?.skills.get(row.category) ?? row
      const { reliabilityMilli, standing } = assessed.get(row.node) ?? UNASSESSED
      const level = levelOf(skill)
      return { category: row.category, node: row.node, model: row.model, ...level, items: row.items, standing, reliabilityMilli }
    })
  const inOrder = entries.sort(
    (a, b) =>
      a.category.localeCompare(b.category, 'en') ||
      b.levelCenti - a.levelCenti ||
      b.highCenti - a.highCenti ||
      (a.node < b.node ? -1 : 1)
  )
  return { epoch: root.epoch, entries: inOrder }
}
