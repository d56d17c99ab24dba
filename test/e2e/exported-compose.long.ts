import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startJsonProcess } from '../../tools/lib/json-process.mjs'
import { CLI, cortensorJson, ROOT } from './support/cortensor.js'

interface Service {
  command: string[]
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
}

const READY_MS = 120_000

/** Three nodes that must agree, so few that a test can bear them. */
const SCENARIO = `name: exported
duration: 20s
seed: exported
params:
  epoch: { epochMs: 8000 }
  deadlines: { quizIntervalMs: 10000 }
nodes: { oracles: 4, routers: 1, miners: 2 }
workload: { tasksPerSecond: 0.5 }
`

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    cleanUp()
  }
})

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * What a container has to itself, as a process on this machine: its folders become folders of its own, and its name and its ports, by which
 * others find it, loopback and ports that are free. Nothing else of the exported files changes.
 */
async function hostEverything(folder: string, services: Record<string, Service>) {
  const ports = new Map<string, number>()
  for (const name of Object.keys(services)) {
    for (const port of [4001, 8080, 8545]) {
      ports.set(`${name}/${port}`, await freePort())
    }
  }
  const translate = (text: string, self: string): string =>
    text
      .replaceAll(/\/dns4\/([a-z0-9-]+)\/tcp\/(\d+)/g, (_, name, port) => `/dns4/localhost/tcp/${ports.get(`${name}/${port}`)}`)
      .replaceAll(/http:\/\/([a-z0-9-]+):(\d+)/g, (_, name, port) => `http://127.0.0.1:${ports.get(`${name}/${port}`)}`)
      .replaceAll('/ip4/0.0.0.0/tcp/4001', `/ip4/127.0.0.1/tcp/${ports.get(`${self}/4001`)}`)
      .replaceAll('0.0.0.0', '127.0.0.1')
      .replaceAll(/^(\s*port: )8080$/gm, (_, key) => `${key}${ports.get(`${self}/8080`)}`)
      .replaceAll(/^8545$/g, () => String(ports.get(`${self}/8545`)))
      .replaceAll('/config/', join(folder, 'run', self, 'config/'))
      .replaceAll(/\/data(?=\/|$)/gm, join(folder, 'run', self, 'data'))
  for (const [name, { volumes = [] }] of Object.entries(services)) {
    mkdirSync(join(folder, 'run', name, 'config'), { recursive: true })
    mkdirSync(join(folder, 'run', name, 'data'), { recursive: true })
    for (const [from = '', to = ''] of volumes.map((volume) => volume.split(':')).filter(([from]) => from?.startsWith('./'))) {
      writeFileSync(translate(to, name), translate(readFileSync(join(folder, from), 'utf8'), name))
    }
  }
  return (name: string): string[] => (services[name]?.command ?? []).map((text) => translate(text.replaceAll('$$', '$'), name))
}

test('the commands and files of an exported Compose project bring up a network that answers and commits', {
  timeout: 400_000
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cortensor-compose-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'scenario.yaml'), SCENARIO)
  await cortensorJson(['sim', 'export', join(folder, 'scenario.yaml'), '--format', 'compose', '--out', folder])
  const { services } = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8')) as { services: Record<string, Service> }
  const commandOf = await hostEverything(folder, services)
  const run = (name: string) => {
    const child = startJsonProcess({
      ...{ command: process.execPath, args: [CLI, ...commandOf(name)], cwd: ROOT },
      env: { NODE_OPTIONS: '', ...services[name]?.environment }
    })
    cleanUps.push(() => child.kill())
    return child
  }
  const isReady = ({ event }: { event: string }): boolean => event === 'ready'

  // The order that `depends_on` asks for: the chain, then all nodes at once, then users.
  const names = Object.keys(services)
  await run('chain').waitFor('the chain', isReady, READY_MS)
  const nodes = names.filter((name) => !['chain', 'users'].includes(name))
  expect(nodes).toHaveLength(7)
  expect(nodes.every((name) => services[name]?.depends_on?.chain?.condition === 'service_healthy')).toBe(true)
  const running = new Map(nodes.map((name) => [name, run(name)]))
  await Promise.all([...running.values()].map((child) => child.waitFor('a node', isReady, READY_MS)))

  const users = run('users')
  const outcome = (await users.waitFor(
    'the last word of users',
    ({ event }: { event: string }) => event === 'end',
    READY_MS
  )) as {
    completed: number
  }
  expect(outcome.completed).toBeGreaterThan(0)
  const epoch = (await running
    .get('oracle-1')
    ?.waitFor(
      'an epoch with results',
      (line: { event: string; results?: number }) => line.event === 'epoch' && (line.results ?? 0) > 0,
      READY_MS
    )) as {
    results: number
  }
  expect(epoch.results).toBeGreaterThan(0)
})
