import type { NodeId } from '@cortensor/interface'
import type { NodeRating } from '@cortensor/scheduler'
import { assessedAt, skillsAt, UNASSESSED } from '@cortensor/scoring'
import type { FollowedReport } from './epoch-follower.js'

const MILLI = 1_000

/** The ratings of matching, from the skills, the throughputs, the reputations and the audits of a report. */
export function ratingsOf({
  epoch,
  honesty,
  reputations,
  skills,
  throughputs
}: Pick<FollowedReport, 'epoch' | 'honesty' | 'reputations' | 'skills' | 'throughputs'>): Map<NodeId, NodeRating> {
  const measured = skillsAt(skills, epoch)
  const assessed = assessedAt({ honesty, reputations }, epoch)
  const capacities = new Map(throughputs.map(({ node, rightTokens }) => [node, rightTokens]))
  const nodes = new Set([...measured.keys(), ...assessed.keys(), ...capacities.keys()])
  return new Map(
    [...nodes].map((node): [NodeId, NodeRating] => {
      const own = measured.get(node)
      const abilities = [...(own?.skills ?? [])].map(
        ([category, { meanMilli, sdMilli }]) => [category, { mean: meanMilli / MILLI, sd: sdMilli / MILLI }] as const
      )
      const { isHonestyInAlarm, standing } = assessed.get(node) ?? UNASSESSED
      const rating = { model: own?.model ?? null, skills: new Map(abilities), isHonest: !isHonestyInAlarm, standing }
      return [node, { ...rating, capacity: capacities.get(node) ?? 0 }]
    })
  )
}
