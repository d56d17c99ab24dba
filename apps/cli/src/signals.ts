/** npm passes Ctrl-C on to a program that the terminal has told already; the echo comes within a millisecond or two. */
const ECHO_MS = 500

/**
 * Resolves at the first SIGINT or SIGTERM, or when the parent process that watches over this one goes away. A second signal that comes
 * noticeably later ends the process at once.
 */
export function untilStopped(onStop: () => void): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | undefined
    const stop = (): void => {
      if (firstMs === undefined) {
        firstMs = Date.now()
        onStop()
        resolve()
      } else if (Date.now() - firstMs > ECHO_MS) {
        process.exit(130)
      }
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    // A parent that watches over this process gave it a channel; it may have died before anybody here could listen.
    if (process.connected) {
      process.once('disconnect', stop)
      // The listener would keep this process alive after everything in it has stopped.
      process.channel?.unref()
    } else if (process.send !== undefined) {
      stop()
    }
  })
}
