import { once } from 'node:events'
import { createServer } from 'node:net'
import { errorMessage } from '@cortensor/interface'
import { nodeError } from '../errors.js'

/** Throws `NODE_PORT_IN_USE` now, rather than half a minute later when the router starts. */
export async function checkPort(port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    throw nodeError(
      'NODE_PORT_IN_USE',
      `The API cannot use port ${port} (${errorMessage(error)}); choose another one with --api-port, or 0 for any that is free`,
      { cause: error }
    )
  }
  server.close()
  await once(server, 'close')
}
