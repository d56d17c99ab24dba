import { readFileSync } from 'node:fs'

export const ascending = (values) => values.toSorted((a, b) => a - b)

/** The value below which a share of all values lies; null of none. */
export function quantile(values, share) {
  const sorted = ascending(values)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
}

export const p50 = (values) => quantile(values, 0.5)
export const p99 = (values) => quantile(values, 0.99)
export const sum = (values) => values.reduce((total, value) => total + value, 0)

/** Waits until the condition holds or the time is over; tells which. */
export async function eventually(condition, timeoutMs) {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) {
      return false
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

/** How long it took, in ms, with what came of it. */
export async function timed(work) {
  const startedMs = performance.now()
  const result = await work()
  return { ms: performance.now() - startedMs, result }
}

/** CPU time of this process while it worked, in ms, with what came of it. */
export async function cpuTimed(work) {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, result }
}

/** CPU time that a process has used, in ms; Linux counts it in hundredths of a second. */
export function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
