import type { QuizOutcome, SkillCount } from '@cortensor/protocols'
import { sortedBy } from '../order.js'

/** One item counts so much when it is new. */
const ITEM = 1_000

/** Nine tenths of a count stay from one epoch to the next: half of it is gone after seven. */
const decay = (count: number): number => Math.floor((count * 9) / 10)

/** Every count decays, what this epoch measured is added, and what has faded away is left out. By node id, then category. */
export function updateSkills(known: readonly SkillCount[], outcomes: readonly QuizOutcome[]): SkillCount[] {
  const counts = new Map<string, SkillCount>()
  for (const skill of known) {
    counts.set(`${skill.node}/${skill.category}`, { ...skill, asked: decay(skill.asked), correct: decay(skill.correct) })
  }
  for (const { miner, scores } of outcomes) {
    for (const { category, asked, correct } of scores) {
      const key = `${miner}/${category}`
      const old = counts.get(key) ?? { node: miner, category, asked: 0, correct: 0 }
      counts.set(key, { ...old, asked: old.asked + asked * ITEM, correct: old.correct + correct * ITEM })
    }
  }
  return sortedBy(
    [...counts.values()].filter(({ asked }) => asked > 0),
    ({ node }) => node,
    ({ category }) => category
  )
}
