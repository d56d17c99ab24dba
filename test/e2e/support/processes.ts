import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

export interface ProcessInfo {
  pid: number
  parent: number
  command: string
  /** Ended, and not yet waited for by its parent. */
  isZombie: boolean
}

/** What /proc says; null for a process that is gone. */
export function processInfo(pid: number): ProcessInfo | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    // pid (name) state parent …: the name may hold anything, so what counts follows the last parenthesis
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { pid, parent: Number(parent), command, isZombie: state === 'Z' }
  } catch {
    return null
  }
}

export function isAlive(pid: number): boolean {
  const info = processInfo(pid)
  return info !== null && !info.isZombie
}

/** Never throws for a process that has ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error
    }
  }
}

/**
 * Lets processes run only a fraction of the time, so that what takes them milliseconds can be interrupted in its middle. A thread of
 * its own counts the CPU time they get: on a busy machine they still move on, and an event loop that is late does not let them go.
 */
export function slowDown(pids: readonly number[]): { freeze(): Promise<void>; release(): Promise<void> } {
  const all = (signal: NodeJS.Signals): void => {
    for (const pid of pids) {
      signalProcess(pid, signal)
    }
  }
  all('SIGSTOP')
  const state = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./slow-down.worker.mjs', import.meta.url), { workerData: { pids: [...pids], state } })
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => resolve())
  })
  const freeze = async (): Promise<void> => {
    Atomics.store(state, 0, 1)
    Atomics.notify(state, 0)
    await ended
  }
  return {
    freeze,
    async release() {
      await freeze()
      all('SIGCONT')
    }
  }
}
