import type { NodeEvent, SwarmReady } from '@cortensor/node'

/** The running swarm in one line that is written over itself; without a terminal, one line an event. */
export interface StatusLine {
  begin(ready: SwarmReady): void
  event(event: NodeEvent): void
  end(): void
}

const REFRESH_MS = 1_000

const short = (id: string): string => `…${id.slice(-6)}`

export function createStatusLine(isTerminal: boolean): StatusLine {
  const counts = { completed: 0, failed: 0, rounds: 0, answers: 0, correct: 0, asked: 0 }
  let last: { epoch: number; leader: string; atMs: number } | undefined
  let timer: NodeJS.Timeout | undefined

  const draw = (): void => {
    const epoch =
      last === undefined
        ? 'first epoch under way'
        : `epoch ${last.epoch} by ${short(last.leader)}, ${Math.round((Date.now() - last.atMs) / 1000)} s ago`
    const share = counts.asked === 0 ? '' : `, ${Math.round((100 * counts.correct) / counts.asked)} % right`
    const tasks = `${counts.completed} tasks${counts.failed === 0 ? '' : ` (${counts.failed} failed)`}`
    const text = `  ${epoch}  ·  ${tasks}  ·  ${counts.rounds} quiz rounds${share}`
    process.stdout.write(`\r\u001b[2K${text.slice(0, (process.stdout.columns ?? 100) - 1)}`)
  }
  const count = (event: NodeEvent): void => {
    switch (event.event) {
      case 'task':
        counts[event.status === 'completed' ? 'completed' : 'failed'] += 1
        break
      case 'quiz':
        counts.rounds += 1
        for (const outcome of event.outcomes) {
          counts.correct += outcome.correct
          counts.asked += outcome.asked
        }
        break
      case 'epoch':
        last = { epoch: event.epoch, leader: event.leader, atMs: Date.now() }
    }
  }
  const tell = (event: NodeEvent): void => {
    switch (event.event) {
      case 'task':
        process.stdout.write(`  task ${event.taskId.slice(0, 12)} ${event.status} by ${event.miners.map(short).join(', ')}\n`)
        break
      case 'quiz':
        process.stdout.write(
          `  quiz ${event.round.slice(0, 12)}: ${event.outcomes.map((o) => `${short(o.miner)} ${o.correct}/${o.asked}`).join(', ')}\n`
        )
        break
      case 'epoch':
        process.stdout.write(
          `  epoch ${event.epoch} committed by ${short(event.leader)}: ${event.results} results, report ${event.reportCid}\n`
        )
    }
  }
  return {
    begin() {
      if (isTerminal) {
        draw()
        timer = setInterval(draw, REFRESH_MS)
      }
    },
    event(event) {
      count(event)
      if (!isTerminal) {
        tell(event)
      }
    },
    end() {
      clearInterval(timer)
      if (isTerminal) {
        process.stdout.write('\n')
      }
    }
  }
}
