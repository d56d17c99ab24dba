import type { Writer } from 'protons-runtime'

/**
 * Generated codecs write numbers of 64 bits with this. protons-runtime takes the low half of a bigint as signed: from 2^31 up to 2^32 it writes
 * one byte of five and leaves the others as the memory happened to be. What is exact as a number it writes right.
 */
export function writeUint64(writer: Writer, value: bigint): void {
  if (value <= Number.MAX_SAFE_INTEGER) {
    writer.uint64Number(Number(value))
  } else {
    writer.uint64(value)
  }
}
