import { expect, it } from 'vitest'
import { orderedPairs, type Standing, standings } from './ranking.js'

/** A minute or two of computing; a shared machine takes several times as long. */
const TIMEOUT_MS = 1_200_000

/** Models closer than this are not told apart by so few items, nor need they be. */
const LEAST_DIFFERENCE = 0.15

/** Share of pairs that a game may leave undecided. */
const MOST_TIES = 0.02

/** Standard deviation of the difference of two posteriors. */
const noise = (one: Standing, other: Standing): number => Math.hypot(one.skill.sdMilli, other.skill.sdMilli)

it('ranks the built-in models in their true order in every category', { timeout: TIMEOUT_MS }, async () => {
  const all = await standings({
    models: ['tiny-general-v2-q8_0', 'tiny-clerk-q8_0', 'tiny-trainee-q8_0', 'tiny-mid-f16', 'tiny-math-q8_0', 'tiny-weak-f16'],
    itemsPerTemplate: 20,
    gameItems: 40
  })
  for (const { accuracy, category, model, skill } of all) {
    console.log(
      `| ${category} | ${model} | ${Math.round(100 * accuracy)} % | ${(skill.meanMilli / 1_000).toFixed(2)} | ${(skill.sdMilli / 1_000).toFixed(2)} |`
    )
  }
  const pairs = orderedPairs(all, LEAST_DIFFERENCE)
  const wrong = pairs.filter(([better, worse]) => better.skill.meanMilli <= worse.skill.meanMilli)
  // One ability a category is a simplification: models may know different templates of it, and then come out as a tie.
  expect(wrong.filter(([better, worse]) => worse.skill.meanMilli - better.skill.meanMilli > noise(better, worse))).toEqual([])
  expect(wrong.length / pairs.length).toBeLessThanOrEqual(MOST_TIES)
  expect(new Set(pairs.map(([{ category }]) => category)).size).toBe(new Set(all.map(({ category }) => category)).size)
})
