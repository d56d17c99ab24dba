/** What generated codecs begin each field of bytes with: nobody can change it, and a new one for each field takes as long as to read it. */
export const NO_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0)
