/**
 * A small process between a node and its dev chain. It ends the chain when its standard input closes, which happens however the
 * parent dies, and keeps a copy of the chain's last whole dump. Arguments: the dump's file, the program, the program's arguments.
 * Tells its parent in JSON lines: `{"event":"listening","url","pid"}`.
 */
import { spawn } from 'node:child_process'
import { backUp, changedAt } from './state-file.js'

/** Longest wait for the final dump before the chain is killed, in ms. */
const STOP_TIMEOUT_MS = 10_000
/** Between looks for a dump, in ms. */
const LOOK_INTERVAL_MS = 500
/** Least time between two copies, in ms: twice the interval of dumps. The first is made as soon as there is a dump. */
const BACKUP_INTERVAL_MS = 10_000
/** Enough of what the chain printed to say why it ended. */
const MAX_OUTPUT_CHARACTERS = 4000

const [stateFile = '', program = '', ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })

let output = ''
let announced = false
let stopping = false

const announce = (): void => {
  const address = /Listening on (\S+)/.exec(output)?.[1]
  if (address !== undefined) {
    announced = true
    process.stdout.write(`${JSON.stringify({ event: 'listening', url: `http://${address}`, pid: child.pid })}\n`)
  }
}

// Its output is read here to the end: a chain that writes into the pipe of a dead parent would die before its final dump.
for (const stream of [child.stdout, child.stderr]) {
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT_CHARACTERS)
    if (!announced) {
      announce()
    }
  })
}

const stop = (): void => {
  if (!stopping) {
    stopping = true
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS).unref()
  }
}

/** When the dump that was copied last had been written. */
let copied = Number.NEGATIVE_INFINITY
setInterval(() => {
  const changed = changedAt(stateFile)
  if (changed !== null && changed - copied >= BACKUP_INTERVAL_MS && !stopping) {
    try {
      copied = backUp(stateFile) ? changed : copied
    } catch {
      // The next dump is as good.
    }
  }
}, LOOK_INTERVAL_MS).unref()

process.stdin.on('end', stop).on('error', stop).resume()
// A dead parent closes these too; there is nobody left to tell.
process.stdout.on('error', stop)
process.stderr.on('error', stop)
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

const finish = (code: number): void => {
  if (!stopping) {
    process.stderr.write(output)
  }
  process.exitCode = code
  process.stdin.destroy()
}
child.on('error', (error) => {
  output += error.message
  finish(1)
})
child.on('close', (code) => finish(stopping ? 0 : (code ?? 1)))
