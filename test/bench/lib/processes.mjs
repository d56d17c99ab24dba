// What the operating system says of other processes. Only Linux tells it in files; elsewhere there is nothing to read, and the figures
// that need it are left out.
import { readdirSync, readFileSync } from 'node:fs'

/** Of the kernel's clock in /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const fieldKb = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1] ?? Number.NaN)

/** Memory of a process in MB: all that is resident, and its part of it when shared pages are divided among their users. */
export function memoryOf(pid) {
  const text = read(`/proc/${pid}/smaps_rollup`)
  return { rssMb: fieldKb(text, 'Rss') / 1024, pssMb: fieldKb(text, 'Pss') / 1024 }
}

/** The fields of /proc/PID/stat after the command, which may itself hold spaces. */
const statOf = (pid) =>
  read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')

/** CPU time that a process has used, in ms. */
export function cpuMsOf(pid) {
  const stat = statOf(pid)
  return stat === undefined ? 0 : ((Number(stat[11]) + Number(stat[12])) * 1000) / TICKS_PER_SECOND
}

/** All processes below this one: `{pid, parent, command}`. */
export function descendants(root = process.pid) {
  const pids = readdirSync('/proc', { withFileTypes: true }).flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : []))
  const all = pids.flatMap((pid) => {
    const stat = statOf(pid)
    return stat === undefined
      ? []
      : [{ pid, parent: Number(stat[1]), command: (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim() }]
  })
  const found = new Set([root])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const { parent, pid } of all) {
      if (found.has(parent)) {
        found.add(pid)
      }
    }
  }
  return all.filter(({ pid }) => pid !== root && found.has(pid))
}

export const canSeeProcesses = process.platform === 'linux'
