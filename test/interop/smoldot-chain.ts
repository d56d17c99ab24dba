/**
 * smoldot is a light client that fetches blocks by bitswap, but only as part of following a chain. This is the smallest chain that it
 * starts on: a runtime that says its version and nothing else, so that only its network stack is at work.
 */
const bytes = (...parts: (number | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))))

/** Unsigned LEB128, as WebAssembly counts. */
function varint(value: number): Buffer {
  const out: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      return Buffer.from([...out, rest])
    }
    out.push((rest & 0x7f) | 0x80)
  }
}

const wasmName = (text: string): Buffer => bytes(varint(text.length), Buffer.from(text))
const section = (id: number, body: Uint8Array): Buffer => bytes(id, varint(body.byteLength), body)
const custom = (name: string, body: Uint8Array): Buffer => section(0, bytes(wasmName(name), body))
const scaleText = (text: string): Buffer => bytes(text.length << 2, Buffer.from(text))
const scaleU32 = (value: number): Buffer => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value)
  return out
}

function createRuntime(): Buffer {
  const noApis = 0
  const stateVersion = 1
  const version = bytes(
    scaleText('interop'),
    scaleText('interop'),
    scaleU32(1),
    scaleU32(1),
    scaleU32(1),
    noApis,
    scaleU32(1),
    stateVersion
  )
  return bytes(
    Buffer.from('\0asm'),
    scaleU32(1),
    // One function type: two i32 (where the input is and how long) to one i64.
    section(1, bytes(1, 0x60, 2, 0x7f, 0x7f, 1, 0x7e)),
    section(3, bytes(1, 0)),
    section(5, bytes(1, 0, 2)),
    section(6, bytes(1, 0x7f, 0, 0x41, varint(1024), 0x0b)),
    section(7, bytes(3, wasmName('memory'), 2, 0, wasmName('__heap_base'), 3, 0, wasmName('Core_version'), 0, 0)),
    section(10, bytes(1, 4, 0, 0x42, 0, 0x0b)),
    custom('runtime_version', version),
    custom('runtime_apis', Buffer.alloc(0))
  )
}

/** The specification of a chain whose only peers are the given ones. */
export function createChainSpec(bootNodes: readonly string[]): string {
  const codeKey = `0x${Buffer.from(':code').toString('hex')}`
  return JSON.stringify({
    name: 'interop',
    id: 'interop',
    chainType: 'Local',
    bootNodes,
    properties: {},
    genesis: { raw: { top: { [codeKey]: `0x${createRuntime().toString('hex')}` }, childrenDefault: {} } }
  })
}
