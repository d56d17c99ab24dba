/**
 * The entry of the inference process. It computes for the parent that forked it, and ends when that parent is gone.
 */
import { toErrorObject } from '../errors.js'
import type { LoadCommand } from '../ipc/messages.js'
import { parseParentMessage } from '../ipc/parent-messages.js'
import type { Host } from './host.js'
import { sendToParent } from './outbox.js'
import { verifyFile } from './verify-file.js'

let host: Host | undefined

process.on('disconnect', () => process.exit(0))
// A terminal's Ctrl-C goes to every process of the group; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {})
}

process.on('message', (raw) => {
  const message = parseParentMessage(raw)
  if (message === null) {
    process.stderr.write('malformed message from the parent process: rebuild this package\n')
    process.exit(1)
  }
  switch (message.type) {
    case 'load':
      void load(message)
      break
    case 'generate':
      void host?.generate(message)
      break
    case 'evaluate':
      void host?.evaluate(message)
      break
    case 'embed':
      void host?.embed(message)
      break
    case 'abort':
      host?.abort(message.id)
  }
})

async function load(command: LoadCommand): Promise<void> {
  try {
    const ids = []
    for (const file of command.models) {
      ids.push(await verifyFile(file))
    }
    // The library loads only after the files were checked: its import alone takes more than a second.
    const { Host } = await import('./host.js')
    host = new Host(sendToParent)
    await host.load(command, ids)
  } catch (error) {
    sendToParent({ type: 'load-failed', error: toErrorObject(error) })
  }
}
