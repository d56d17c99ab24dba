import { readdirSync, readFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** @type {{ pids: number[], state: Int32Array }} */
const { pids, state } = workerData

/** What a process may use of a CPU in one go. */
const RUN_NS = 1_000_000
/** Never more than this, however little it got of a busy machine. */
const RUN_MS = 20
const PAUSE_MS = 12

const RUNNING = 0

/** @param {NodeJS.Signals} name */
function signal(name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // it has ended
    }
  }
}

/** @param {number} pid nanoseconds on a CPU, of all its threads */
function usedNs(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
      .reduce((sum, ns) => sum + ns, 0)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** False once somebody has asked for the end. @param {number} ms */
const wait = (ms) => Atomics.wait(state, 0, RUNNING, ms) === 'timed-out'

while (wait(PAUSE_MS)) {
  const before = pids.map(usedNs)
  signal('SIGCONT')
  for (let ms = 0; ms < RUN_MS && wait(1); ms += 1) {
    if (pids.some((pid, index) => usedNs(pid) - (before[index] ?? 0) >= RUN_NS)) {
      break
    }
  }
  signal('SIGSTOP')
}
