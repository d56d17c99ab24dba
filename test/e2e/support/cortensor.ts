import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MARK, strays } from '../../../tools/lib/json-process.mjs'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const CLI = join(ROOT, 'apps', 'cli', 'bin', 'cortensor.js')

export interface Outcome {
  code: number | null
  stdout: Buffer
  stderr: string
  /** Processes that it left behind. */
  left: number[]
}

/** Long enough for a busy machine: a command that hangs is killed then, and its exit code is null. */
const COMMAND_TIMEOUT_MS = 90_000

/** Runs a command to its end. */
export async function cortensor(
  args: readonly string[],
  env: Record<string, string> = {},
  timeoutMs = COMMAND_TIMEOUT_MS
): Promise<Outcome> {
  const mark = randomUUID()
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env, [MARK]: mark }
  })
  const stdout: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  return { code, stdout: Buffer.concat(stdout), stderr, left: strays(mark) }
}

/** Runs a command that must succeed, and parses the one JSON value that it prints. */
export async function cortensorJson<T>(args: readonly string[]): Promise<T> {
  const { code, stderr, stdout } = await cortensor([...args, '--json'])
  if (code !== 0) {
    throw new Error(`cortensor ${args.join(' ')} ended with ${code}: ${stderr}`)
  }
  return JSON.parse(stdout.toString()) as T
}
