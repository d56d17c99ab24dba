import type { ModelId, NodeId } from '@cortensor/interface'
import { loadReportRoot, loadSection, type QuizCategory } from '@cortensor/protocols'
import { type Level, levelOf, skillsAt } from '@cortensor/scoring'
import type { Client } from './client.js'
import { lastReport } from './reports.js'

export interface LeaderboardEntry extends Level {
  category: QuizCategory
  node: NodeId
  /** The model that was measured. */
  model: ModelId | null
  /** Items asked so far. */
  items: number
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
  const rows = (await loadSection(root, 'skills', fetch)).flat()
  const now = skillsAt(rows, root.epoch)
  const entries = rows
    .filter((row) => category === undefined || row.category === category)
    .map((row): LeaderboardEntry => {
      const skill = now.get(row.node)?.skills.get(row.category) ?? row
      return { category: row.category, node: row.node, model: row.model, ...levelOf(skill), items: row.items }
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
