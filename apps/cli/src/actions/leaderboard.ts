import { createLogger, type Leaderboard, type LeaderboardEntry, readLeaderboard } from '@cortensor/node'
import { readCategory } from '../category.js'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { type NameOf, namesIn } from '../node-names.js'
import { createOutput, formatTable, type Output } from '../output.js'
import { using } from '../run.js'

export interface LeaderboardOptions extends ConnectOptions {
  category?: string
  json?: boolean
}

/** Who can do what, from the last report that the chain names. */
export async function showLeaderboard(options: LeaderboardOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const category = readCategory(options.category)
  const { client, swarm } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const board = await using(client, () => readLeaderboard({ client, category }))
  if (output.json) {
    output.value(board)
  } else {
    print(board, namesIn(swarm), output)
  }
}

/** Hundredths of a level as people read levels. */
export const formatLevel = (centi: number): string => (centi / 100).toFixed(2)

function print({ entries, epoch }: Leaderboard, nameOf: NameOf, output: Output): void {
  if (entries.length === 0) {
    output.line(`Nothing has been measured until epoch ${epoch}; rounds come every minute or so`)
    return
  }
  output.line(`Levels from 0 to 10 as of epoch ${epoch}: what a node can do at least, with nine chances in ten`)
  for (const [category, own] of Map.groupBy(entries, (entry) => entry.category)) {
    output.line(`\n${category}`)
    output.line(
      formatTable([
        ['level', 'interval', 'items', 'reliable', 'standing', 'model', 'node'],
        ...own.map((entry) => toRow(entry, nameOf))
      ]).replaceAll(/^/gm, '  ')
    )
  }
}

const toRow = (
  { highCenti, items, levelCenti, lowCenti, model, node, reliabilityMilli, standing }: LeaderboardEntry,
  nameOf: NameOf
): string[] => [
  formatLevel(levelCenti),
  `${formatLevel(lowCenti)} to ${formatLevel(highCenti)}`,
  String(items),
  `${Math.floor(reliabilityMilli / 10)} %`,
  standing,
  model === null ? '-' : model.slice(0, 12),
  nameOf(node)
]
