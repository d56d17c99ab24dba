/** What Node.js does faster than JavaScript; `browser.ts` does the same anywhere. */

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
export const utf8Length = (text: string): number => Buffer.byteLength(text)

interface HexBytes extends Uint8Array {
  toHex(): string
}

const writesHex = (bytes: Uint8Array): bytes is HexBytes => 'toHex' in bytes

/** Newer versions of Node.js write hex themselves, in half the time. */
export const toHex = (bytes: Uint8Array): string => (writesHex(bytes) ? bytes.toHex() : viewOf(bytes).toString('hex'))
/** Of an even number of hex digits, which are not checked here. */
export const fromHex = (digits: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(digits, 'hex'))
export const toBase64 = (bytes: Uint8Array): string => viewOf(bytes).toString('base64')
/** Of any text: what is no base64 gives some bytes or none. */
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
export const toLatin1 = (bytes: Uint8Array): string => viewOf(bytes).toString('latin1')
