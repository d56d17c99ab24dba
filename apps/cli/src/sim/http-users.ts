import { createApiClient } from '@cortensor/api/client'
import type { Clock } from '@cortensor/interface'
import { createWorkload, type Workload, type WorkloadInit } from '@cortensor/simulator'
import { createSeededRng } from '@cortensor/utils'
import { cliError } from '../errors.js'

/** Between two looks at the routers, in ms. */
const LOOK_MS = 250
/** The longest wait for a router that offers a model, in ms: on a busy machine models take their time to load. */
const MAX_WAIT_MS = 120_000

export interface HttpUsersInit {
  urls: readonly string[]
  key: string
  tasksPerSecond: number
  seed: string
  clock: Clock
  onEnd?: WorkloadInit['onEnd']
  signal?: AbortSignal
}

/** The simulator's users in front of real routers; they are there once every router takes tasks. Throws `CLI_NO_NETWORK`. */
export async function createHttpUsers({ urls, key, clock, signal, ...init }: HttpUsersInit): Promise<Workload> {
  const clients = urls.map((url) => createApiClient({ url, key }))
  const deadlineMs = clock.now() + MAX_WAIT_MS
  const offered = async (): Promise<string[]> => {
    const ready = await Promise.all(clients.map((client) => client.health()))
    const lists = ready.every((state) => state.ready) ? await Promise.all(clients.map((client) => client.models())) : []
    return [...new Set(lists.flat().map(({ name }) => name))].sort()
  }
  let models: string[] = []
  while (models.length === 0) {
    signal?.throwIfAborted()
    models = await offered()
    if (models.length === 0 && clock.now() > deadlineMs) {
      throw cliError('CLI_NO_NETWORK', `No router of ${urls.join(', ')} offers a model after ${MAX_WAIT_MS / 1_000} s`)
    }
    if (models.length === 0) {
      await clock.sleep(LOOK_MS)
    }
  }
  return createWorkload({
    ...{ clock, gateways: clients, models, tasksPerSecond: init.tasksPerSecond },
    rng: createSeededRng(`${init.seed}/workload`),
    onEnd: init.onEnd ?? (() => {})
  })
}
