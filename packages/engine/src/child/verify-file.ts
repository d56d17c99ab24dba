import { basename } from 'node:path'
import { errorMessage, type ModelId } from '@cortensor/interface'
import { engineError } from '../errors.js'
import type { ModelToLoad } from '../ipc/messages.js'
import { hashFile } from './hash-file.js'

/**
 * Damaged weights load without complaint and answer with garbage, so the bytes are compared before anything else looks at them.
 *
 * @returns the model's id
 * @throws `ENGINE_MODEL_MISSING` or `ENGINE_MODEL_CORRUPT`
 */
export async function verifyFile({ path, sha256 }: ModelToLoad): Promise<ModelId> {
  let actual: string
  try {
    actual = await hashFile(path)
  } catch (cause) {
    throw engineError(
      'ENGINE_MODEL_MISSING',
      `model file ${path} cannot be read (${errorMessage(cause)}): check the path and its permissions`,
      { cause, details: { path } }
    )
  }
  if (sha256 !== null && actual !== sha256) {
    throw engineError(
      'ENGINE_MODEL_CORRUPT',
      `model file ${path} is damaged: its SHA-256 is ${actual}, expected ${sha256}. Restore ${basename(path)} and start again`,
      { details: { path } }
    )
  }
  return actual as ModelId
}
