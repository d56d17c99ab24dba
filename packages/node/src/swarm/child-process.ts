import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Role } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { createDeferred, type Deferred } from '@cortensor/utils'
import type { NodeConfigInput } from '../config/node-config.js'
import { nodeError } from '../errors.js'
import type { NodeEvent } from '../events.js'
import type { NodeDependencies } from '../node.js'
import type { MemberFacts, SwarmMember } from './member.js'

/** A started node tells its facts in its first line. */
export type ReadyEvent = { event: 'ready' } & MemberFacts

/** Longest wait for a node to be ready, in ms: nine of them share a small machine while models load. */
const READY_TIMEOUT_MS = 120_000

/** Longest wait for a node to stop in order before it is killed, in ms. */
const STOP_TIMEOUT_MS = 4_000

export interface ChildMemberInit {
  name: string
  role: Role
  config: NodeConfigInput
  /** The script that runs `cortensor`. */
  cliEntry: string
}

interface Running {
  child: ChildProcess
  exited: Promise<void>
}

/** A node in a process of its own, run by `cortensor start`. It ends when this process ends, however that happens. */
export function createChildMember(init: ChildMemberInit, dependencies: NodeDependencies): SwarmMember {
  const { config, name, role } = init
  const configFile = join(config.dataDir, 'config.json')
  let facts: MemberFacts | undefined
  let running: Running | undefined

  const hear = (line: string, ready: Deferred<MemberFacts>): void => {
    const said = JSON.parse(line) as ReadyEvent | NodeEvent
    if (said.event === 'ready') {
      const { event: _event, ...told } = said
      ready.resolve(told)
    } else {
      dependencies.onEvent?.(said)
    }
  }
  const launch = (ready: Deferred<MemberFacts>): Running => {
    writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
    // The IPC channel closes with this process, which tells the child to stop. Its own group: Ctrl-C reaches the swarm first.
    const child = spawn(process.execPath, [init.cliEntry, 'start', '--role', role, '--config', configFile, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true
    })
    let lastWords = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-2_000)
    })
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        try {
          hear(line, ready)
        } catch (error) {
          dependencies.logger.warn('A node said something that cannot be read', { name, error: errorMessage(error) })
        }
      })
    }
    const exited = new Promise<void>((resolve) => {
      const over = (why: string): void => {
        ready.reject(nodeError('NODE_CHILD_FAILED', `${name} ended (${why}): ${lastWords.trim() || 'it said nothing'}`))
        if (running?.child === child) {
          dependencies.logger.error('A node ended by itself', { name, why, lastWords: lastWords.trim().split('\n').at(-1) ?? '' })
        }
        resolve()
      }
      child.once('error', (error) => over(error.message))
      child.once('close', (code, signal) => over(signal ?? `exit code ${code}`))
    })
    return { child, exited }
  }
  return {
    name,
    role,
    facts() {
      if (facts === undefined) {
        throw nodeError('NODE_CHILD_FAILED', `${name} has not started`)
      }
      return facts
    },
    async start() {
      if (running !== undefined) {
        return
      }
      const ready = createDeferred<MemberFacts>()
      running = launch(ready)
      const timer = setTimeout(() => {
        ready.reject(nodeError('NODE_CHILD_FAILED', `${name} was not ready after ${READY_TIMEOUT_MS / 1000} s`))
      }, READY_TIMEOUT_MS)
      try {
        facts = await ready.promise
      } catch (error) {
        await this.stop()
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    async kill() {
      const killed = running
      running = undefined
      killed?.child.kill('SIGKILL')
      await killed?.exited
    },
    async stop() {
      const stopping = running
      running = undefined
      if (stopping === undefined) {
        return
      }
      const { child, exited } = stopping
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT')
      }
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await exited
      clearTimeout(timer)
    }
  }
}
