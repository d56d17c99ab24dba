import { listBuiltinModels } from '@cortensor/engine'
import { rubricDigest } from '@cortensor/scoring'
import { expect, it } from 'vitest'
import { createLogger, measureModelAsJudge, resolveModel } from '../src/index.js'

const logger = createLogger({ level: 'error', destination: 'stderr' })

it('gives a built-in model no weight as a judge: it does not know the word that is asked for', async () => {
  const measured = await measureModelAsJudge({ model: resolveModel('builtin:tiny-math-q8_0'), pairs: 12, logger })
  expect(measured).toMatchObject({ model: { name: 'tiny-math-q8_0' }, asked: 12, rubric: rubricDigest(), hasWeight: false })
  expect(measured.words).toBeLessThanOrEqual(24)
  expect(measured.right + measured.wrong).toBeLessThanOrEqual(measured.words / 2)
})

it('takes chat models only', async () => {
  const model = listBuiltinModels().find(({ kind }) => kind === 'embedding')
  expect(model).toBeDefined()
  const refused = measureModelAsJudge({ model: resolveModel(`builtin:${model?.name}`), pairs: 1, logger })
  await expect(refused).rejects.toMatchObject({ code: 'NODE_MODEL_UNKNOWN' })
})
