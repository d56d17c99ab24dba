import type { EpochNumber, NodeId } from '@cortensor/interface'
import type { NodeSkill } from '@cortensor/protocols'
import type { NodeRating } from '@cortensor/scheduler'
import { skillsAt } from '@cortensor/scoring'

const MILLI = 1_000

/** The ratings of matching, from the skills of a report. */
export function ratingsOf(skills: readonly NodeSkill[], epoch: EpochNumber): Map<NodeId, NodeRating> {
  return new Map(
    [...skillsAt(skills, epoch)].map(([node, measured]) => {
      const abilities = [...measured.skills].map(
        ([category, { meanMilli, sdMilli }]) => [category, { mean: meanMilli / MILLI, sd: sdMilli / MILLI }] as const
      )
      return [node, { model: measured.model, skills: new Map(abilities) }]
    })
  )
}
