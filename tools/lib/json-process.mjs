// A child process, in a process group of its own, that speaks JSON lines on stdout.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Enough of stderr to see why something failed. */
const KEPT_STDERR_LINES = 60

/** Environment variable that every descendant inherits, so strays can be found even in another process group. */
export const MARK = 'CORTENSOR_PROCESS_MARK'

export class ProcessError extends Error {}

/**
 * @param {{ command: string, args: string[], cwd: string, env?: Record<string, string> }} init
 */
export function startJsonProcess({ command, args, cwd, env = {} }) {
  const mark = randomUUID()
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, [MARK]: mark }
  })
  const events = []
  const stderr = []
  const watchers = new Set()
  let failure
  const exited = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: undefined, signal: error.message }))
    // `close` and not `exit`: every line has been read by then
    child.on('close', (code, signal) => resolve({ code, signal }))
  })

  const notify = () => {
    for (const watcher of [...watchers]) {
      watcher()
    }
  }
  const fail = (message) => {
    failure ??= new ProcessError(`${message}\n${stderr.join('\n')}`)
    notify()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    try {
      events.push(JSON.parse(line))
      notify()
    } catch {
      fail(`stdout has a line that is not JSON: ${JSON.stringify(line.slice(0, 300))}`)
    }
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr.push(line)
    stderr.splice(0, stderr.length - KEPT_STDERR_LINES)
  })
  void exited.then(({ code, signal }) => fail(`the process ended early (${signal ?? `exit code ${code}`}); its last words:`))

  /** Kills whatever is left; does nothing after a clean end. */
  const kill = () => {
    for (const pid of [child.pid == null ? undefined : -child.pid, ...strays(mark)]) {
      signalIfAlive(pid, 'SIGKILL')
    }
  }
  // also when this process dies by a signal of its own or an uncaught error
  process.once('exit', kill)

  return {
    events,
    pid: child.pid,
    /** Resolves to exit code and signal. */
    exited,

    /** Its own and its descendants' process ids. */
    processes: () => strays(mark),

    /** The first event, old or new, that matches. Throws after `timeoutMs`, when the process ends, or when it writes something else. */
    waitFor(what, matches, timeoutMs) {
      return new Promise((resolve, reject) => {
        const settle = (result, value) => {
          clearTimeout(timer)
          watchers.delete(look)
          result(value)
        }
        const timer = setTimeout(() => {
          settle(reject, new ProcessError(`no ${what} within ${timeoutMs} ms; the last lines of stderr:\n${stderr.join('\n')}`))
        }, timeoutMs)
        const look = () => {
          const found = events.find(matches)
          if (found != null) {
            settle(resolve, found)
          } else if (failure != null) {
            settle(reject, failure)
          }
        }
        watchers.add(look)
        look()
      })
    },

    /** Ctrl-C: the whole foreground group gets SIGINT. Resolves to how it ended, how long that took, and which processes remained. */
    async interrupt(timeoutMs) {
      const startedMs = performance.now()
      signalIfAlive(-child.pid, 'SIGINT')
      let timer
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, timeoutMs)
      })
      const end = await Promise.race([exited, late])
      clearTimeout(timer)
      const left = strays(mark)
      return { end, tookMs: Math.round(performance.now() - startedMs), left, stderr: stderr.join('\n') }
    },

    kill() {
      process.off('exit', kill)
      kill()
    }
  }
}

function signalIfAlive(pid, signal) {
  try {
    if (pid != null) {
      process.kill(pid, signal)
    }
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error
    }
  }
}

/** Processes that inherited the mark. Only Linux shows other processes' environments; elsewhere none are found. */
export function strays(mark) {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return pids.map(Number).filter((pid) => pid !== process.pid && environmentOf(pid).includes(`${MARK}=${mark}`))
}

function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    // gone since, or not ours
    return ''
  }
}
