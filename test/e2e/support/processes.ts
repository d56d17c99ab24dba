import { readFileSync } from 'node:fs'

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

/** Longest and shortest: the share of time that slowed processes may run. */
const RUN_MS = 1
const PAUSE_MS = 12

/**
 * Lets processes run only a fraction of the time, so that what takes them milliseconds can be interrupted in its middle. Call the
 * result to freeze them where they are.
 */
export function slowDown(pids: readonly number[]): { freeze(): void; release(): void } {
  let timer: NodeJS.Timeout | undefined
  const all = (signal: NodeJS.Signals): void => {
    for (const pid of pids) {
      signalProcess(pid, signal)
    }
  }
  const pause = (): void => {
    all('SIGSTOP')
    timer = setTimeout(run, PAUSE_MS)
  }
  const run = (): void => {
    all('SIGCONT')
    timer = setTimeout(pause, RUN_MS)
  }
  pause()
  return {
    freeze() {
      clearTimeout(timer)
      all('SIGSTOP')
    },
    release() {
      clearTimeout(timer)
      all('SIGCONT')
    }
  }
}
