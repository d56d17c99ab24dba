import { expect, it } from 'vitest'
import { orderedPairs, standings } from './ranking.js'

/** A minute or two of computing; a shared machine takes several times as long. */
const TIMEOUT_MS = 1_200_000

/** Models closer than this are not told apart by so few items, nor need they be. */
const LEAST_DIFFERENCE = 0.15

it('ranks the built-in models in their true order in every category', { timeout: TIMEOUT_MS }, async () => {
  const all = await standings({
    models: ['tiny-general-v2-q8_0', 'tiny-mid-f16', 'tiny-math-q8_0', 'tiny-weak-f16'],
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
  expect(wrong).toEqual([])
  expect(new Set(pairs.map(([{ category }]) => category)).size).toBe(new Set(all.map(({ category }) => category)).size)
})
