import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyValue } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import { createLevelKeyValue } from '@cortensor/store'
import { stopAll } from '@cortensor/utils'
import { pollReal } from './harness.js'
import { keyValueCompliance } from './key-value.js'

keyValueCompliance('Level', async () => {
  const root = await mkdtemp(join(tmpdir(), 'key-value-'))
  const created: KeyValue[] = []
  return {
    async create() {
      const map = createLevelKeyValue({ dir: join(root, String(created.length)) })
      created.push(map)
      await map.start()
      return map
    },
    eventually: pollReal,
    async teardown() {
      await stopAll(created)
      await rm(root, { recursive: true })
    }
  }
})

keyValueCompliance('in memory', async () => ({
  async create() {
    const map = createMemoryKeyValue()
    await map.start()
    return map
  },
  eventually: pollReal,
  teardown: async () => {}
}))
