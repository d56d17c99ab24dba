import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContentStore, NetworkId, Startable } from '@cortensor/interface'
import { createLibp2pNetwork, type Libp2pNetwork } from '@cortensor/network'
import { createHeliaStore, type HeliaStoreInit } from '@cortensor/store'
import { stopAll } from '@cortensor/utils'
import { afterEach } from 'vitest'

export const NETWORK_ID = '0123456789abcdef' as NetworkId

const started: Startable[] = []
const folders: string[] = []
afterEach(async () => {
  await stopAll(started.splice(0))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

export function track<T extends Startable>(part: T): T {
  started.push(part)
  return part
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'))
  folders.push(folder)
  return folder
}

export async function startPeer(
  init: Partial<HeliaStoreInit> & { bootstrap?: string[] } = {}
): Promise<{ network: Libp2pNetwork; store: ContentStore }> {
  const { bootstrap, ...storeInit } = init
  const network = track(
    createLibp2pNetwork({
      seed: randomBytes(32),
      networkId: NETWORK_ID,
      topics: [],
      localNetwork: true,
      bootstrap: bootstrap ?? []
    })
  )
  const store = track(createHeliaStore({ network, networkId: NETWORK_ID, fetchTimeoutMs: 20_000, ...storeInit }))
  await network.start()
  await store.start()
  return { network, store }
}

export async function eventually(predicate: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!predicate()) {
    if (performance.now() > deadline) {
      throw new Error(`Not so after ${timeoutMs} ms: ${predicate}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
