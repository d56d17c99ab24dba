import { formatDuration, type RunProgress } from '@cortensor/simulator'

/** A line on stderr that is written over itself: virtual time, rate, time left, memory. Silent without a terminal. */
export interface ProgressLine {
  update(progress: RunProgress): void
  end(): void
}

/** How often the line is drawn, in ms: what nobody can read need not be written. */
const REDRAW_MS = 200

const BAR = 24

export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (stream.isTTY !== true) {
    return { update() {}, end() {} }
  }
  const startMs = Date.now()
  let drawnMs = 0
  return {
    update({ durationMs, elapsedMs, epochs, events }) {
      const nowMs = Date.now()
      if (nowMs - drawnMs < REDRAW_MS && elapsedMs < durationMs) {
        return
      }
      drawnMs = nowMs
      const share = elapsedMs / durationMs
      const spentMs = nowMs - startMs
      const filled = Math.round(share * BAR)
      const text = [
        `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`,
        `${formatDuration(elapsedMs)} of ${formatDuration(durationMs)}`,
        `${epochs} epochs`,
        `${Math.round(events / Math.max(0.001, spentMs / 1_000)).toLocaleString('en')} events/s`,
        `${formatDuration((spentMs / Math.max(share, 1e-6)) * (1 - share))} left`,
        `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`
      ].join('  ')
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 100) - 1)}`)
    },
    end() {
      if (drawnMs > 0) {
        stream.write('\r\u001b[2K')
      }
    }
  }
}
