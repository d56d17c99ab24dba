import type { Stream } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'

/** The end that a peer reads. gossipsub's pipe takes everything with event listeners for a socket, so that it has none. */
class Inbound {
  readonly #frames: Uint8ArrayList[] = []
  #wake: (() => void) | undefined
  #isOpen = true

  receive(frame: Uint8ArrayList): void {
    this.#frames.push(frame)
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8ArrayList> {
    while (this.#isOpen || this.#frames.length > 0) {
      const frame = this.#frames.shift()
      if (frame === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      } else {
        yield frame
      }
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    this.#wake?.()
  }

  abort(): void {
    this.#frames.length = 0
    void this.close()
  }
}

/** The end that a peer writes to. */
class Outbound extends EventTarget {
  readonly protocol: string
  readonly direction = 'outbound'
  maxWriteBufferLength = 0
  readonly #send: (frame: Uint8ArrayList) => void
  #isOpen = true

  constructor(protocol: string, send: (frame: Uint8ArrayList) => void) {
    super()
    this.protocol = protocol
    this.#send = send
  }

  send(data: Uint8Array | Uint8ArrayList): boolean {
    if (this.#isOpen) {
      // Of its own: the sender goes on using its buffers.
      this.#send(new Uint8ArrayList(data.subarray().slice()))
    }
    return true
  }

  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false
      this.dispatchEvent(new Event('close'))
    }
  }

  abort(): void {
    void this.close()
  }
}

/** Both ends of a one-way stream; `carry` takes frames from one to the other. */
export function createVirtualStream(
  protocol: string,
  carry: (bytes: number, deliver: () => void) => void
): { writer: Stream; reader: Stream; close(): void } {
  const inbound = new Inbound()
  const outbound = new Outbound(protocol, (frame) => carry(frame.byteLength, () => inbound.receive(frame)))
  return {
    writer: outbound as unknown as Stream,
    reader: inbound as unknown as Stream,
    close() {
      void outbound.close()
      void inbound.close()
    }
  }
}
