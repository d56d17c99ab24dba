import type { Libp2p, Stream, StreamHandler } from '@libp2p/interface'

/**
 * The node as bitswap sees it: closing our end of a stream that a peer opened waits until the peer has closed its own. Helia closes at
 * once, as answers travel on streams of their own; other implementations take that for the end of the conversation and never ask.
 */
export function withPatientClose(libp2p: Libp2p): Libp2p {
  const handle: Libp2p['handle'] = (protocols, handler, options) =>
    libp2p.handle(protocols, (stream, connection) => handler(patient(stream), connection) as ReturnType<StreamHandler>, options)
  return new Proxy(libp2p, {
    get(target, name) {
      if (name === 'handle') {
        return handle
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

function patient(stream: Stream): Stream {
  const close = stream.close.bind(stream)
  stream.close = async (options) => {
    if (stream.remoteWriteStatus === 'closed') {
      await close(options)
      return
    }
    stream.addEventListener('remoteCloseWrite', () => void close().catch(() => {}), { once: true })
  }
  return stream
}
