import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 of a file of any size, as 64 lower-case hex digits. Throws the file system's own errors. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  // 1 MiB pieces: above the default of 64 KiB the disk, not the number of calls, is the limit.
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(piece)
  }
  return hash.digest('hex')
}
