import type { ModelId } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { createDirectory, type DirectoryNode, findModel, type OfferedModel, offeredModels } from '../src/index.js'
import { MODEL, nodeOf, offerOf } from './fixtures.js'

const id = (digit: string) => digit.repeat(64) as ModelId
const since = (model: ModelId) => ({ firstSeenMs: model === MODEL ? 5 : 9, priceMicroPerKilotoken: 7, utilisation: 0.5 })
/** As a directory has them that has heard of these. */
function offeredBy(nodes: readonly DirectoryNode[]): OfferedModel[] {
  const directory = createDirectory({ leaseMs: 9_000 })
  for (const { nodeId, presence } of nodes) {
    directory.apply(nodeId, presence, 0)
  }
  return directory.models(0)
}

describe('the models on offer', () => {
  it('are those of chat that miners hold, each once, with the shortest context', () => {
    const nodes = [
      nodeOf('a', { models: [offerOf(), offerOf({ id: id('1'), name: 'b', kind: 'embedding' })] }),
      nodeOf('b', { models: [offerOf({ contextLength: 512 }), offerOf({ id: id('2'), name: 'a' })] }),
      nodeOf('c', { roles: ['router'], models: [offerOf({ id: id('3'), name: 'c' })] })
    ]
    expect(offeredModels(offeredBy(nodes), since)).toEqual([
      { id: id('2'), name: 'a', quantisation: 'F16', contextLength: 2048, miners: 1, ...since(id('2')) },
      { id: MODEL, name: 'chat', quantisation: 'F16', contextLength: 512, miners: 2, ...since(MODEL) }
    ])
    expect(offeredModels([], since)).toEqual([])
  })

  it('are found by name or id; of two with one name the one that more miners offer', () => {
    const twin = offerOf({ id: id('4') })
    const nodes = ['a', 'b', 'c'].map((label, i) => nodeOf(label, { models: [i === 0 ? offerOf() : twin] }))
    const models = offeredModels(offeredBy(nodes), since)
    expect(findModel(models, 'chat')?.id).toBe(twin.id)
    expect(findModel(models, MODEL)?.id).toBe(MODEL)
    expect(findModel(models, 'Chat')).toBe(undefined)
  })
})
