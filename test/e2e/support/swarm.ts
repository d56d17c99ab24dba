import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayStatus } from '@cortensor/interface'
import OpenAI from 'openai'
import { startJsonProcess } from '../../../tools/lib/json-process.mjs'
import { CLI, ROOT } from './cortensor.js'
import { type ProcessInfo, processInfo } from './processes.js'

export interface ReadyLine {
  event: 'ready'
  api: { url: string; key: string }
  chain: { rpcUrl: string; chainId: number; contracts: Record<string, string> }
  networkId: string
  nodes: { role: string; nodeId: string; operator: string; multiaddrs: string[] }[]
}

export interface TaskLine {
  event: 'task'
  taskId: string
  status: 'completed' | 'failed' | 'cancelled'
  miners: string[]
  cid: string | null
}

export interface EpochLine {
  event: 'epoch'
  epoch: number
  view: number
  leader: string
  results: number
  resultsRoot: string
  rewardsRoot: string
  reportCid: string
  txHash: string
}

export interface QuizLine {
  event: 'quiz'
  round: string
  outcomes: { miner: string; correct: number; asked: number; status: string; categories: Record<string, unknown> }[]
}

export type Line = ReadyLine | TaskLine | EpochLine | QuizLine

interface SwarmFile {
  api: { url: string; key: string }
  chain: { rpcUrl: string; registry: string }
  bootstrap: string[]
  params: Record<string, Record<string, number>>
  nodes: { name: string; role: string; nodeId: string; operator: string }[]
}

export interface RunningSwarm {
  ready: ReadyLine
  dataDir: string
  pid: number
  events: Line[]
  openai: OpenAI
  /** The first event, old or new, that matches. */
  waitFor<L extends Line>(what: string, matches: (line: Line) => line is L, timeoutMs?: number): Promise<L>
  file(): SwarmFile
  status(): Promise<GatewayStatus>
  /** The value of a counter or gauge on the metrics page; 0 while it is not there. */
  metric(name: string): Promise<number>
  post(body: unknown, init?: RequestInit): Promise<Response>
  processes(): ProcessInfo[]
  /** The process of a node, with `--processes`. */
  processOf(nodeId: string): ProcessInfo
  /** The inference processes below a process. */
  engines(parent?: number): ProcessInfo[]
  interrupt(timeoutMs: number): Promise<{ end: { code: number } | undefined; tookMs: number; left: number[]; stderr: string }>
  kill(): void
}

export const MODEL = 'tiny-general-v2-q8_0'
/** Its answer is the longest that the built-in models give: about 90 tokens. */
export const STORY = [{ role: 'user' as const, content: 'Tell me a story about a fox.' }]

/** Bounds of failures on a busy machine with two cores, not figures to reach. */
export const READY_MS = 150_000
export const EVENT_MS = 60_000
export const STOP_MS = 20_000

export function tempDir(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `cortensor-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A small swarm as child processes of this one, ready to be used. */
export async function startSwarm(dataDir: string, args: readonly string[] = []): Promise<RunningSwarm> {
  const swarm = startJsonProcess({
    command: process.execPath,
    args: [CLI, 'swarm', '--json', '--data-dir', dataDir, '--api-port', '0', '--miners', '2', '--epoch-seconds', '6', ...args],
    cwd: ROOT,
    // what the test runner needs is nothing to a built program
    env: { NODE_OPTIONS: '' }
  })
  let ready: ReadyLine
  try {
    ready = (await swarm.waitFor('ready line', ({ event }: Line) => event === 'ready', READY_MS)) as ReadyLine
  } catch (error) {
    swarm.kill()
    throw error
  }
  const file = (): SwarmFile => JSON.parse(readFileSync(join(dataDir, 'swarm.json'), 'utf8')) as SwarmFile
  const { key, url } = ready.api
  const get = async (path: string, apiKey: string): Promise<Response> => {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`)
    }
    return response
  }
  const processes = (): ProcessInfo[] =>
    (swarm.processes() as number[]).map(processInfo).filter((info) => info !== null && !info.isZombie) as ProcessInfo[]
  return {
    ready,
    dataDir,
    pid: swarm.pid as number,
    events: swarm.events as Line[],
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: key, timeout: EVENT_MS, maxRetries: 0 }),
    waitFor: async (what, matches, timeoutMs = EVENT_MS) => (await swarm.waitFor(what, matches, timeoutMs)) as never,
    file,
    status: async () => (await (await get('/status', file().api.key)).json()) as GatewayStatus,
    async metric(name) {
      const page = await (await get('/metrics', key)).text()
      const line = page.split('\n').find((text) => text.startsWith(`${name} `))
      return line === undefined ? 0 : Number(line.slice(name.length + 1))
    },
    post: (body, init = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers }
      }),
    processes,
    processOf(nodeId) {
      const { name } = file().nodes.find((node) => node.nodeId === nodeId) ?? { name: '?' }
      const found = processes().find(({ command }) => command.includes(` start `) && command.includes(`/${name}/config.json`))
      if (found === undefined) {
        throw new Error(`No process runs ${name}`)
      }
      return found
    },
    engines: (parent) =>
      processes().filter(
        (info) => info.command.includes('engine/dist/child/main.js') && (parent === undefined || info.parent === parent)
      ),
    interrupt: (timeoutMs) => swarm.interrupt(timeoutMs) as never,
    kill: () => swarm.kill()
  }
}

export const isTask = (line: Line): line is TaskLine => line.event === 'task'
export const isEpoch = (line: Line): line is EpochLine => line.event === 'epoch'
export const isQuiz = (line: Line): line is QuizLine => line.event === 'quiz'
