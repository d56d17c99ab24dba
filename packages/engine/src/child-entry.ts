import { createRequire } from 'node:module'
import { engineError } from './errors.js'

/**
 * Path of the compiled entry of the inference process; always the one in dist, also when this file runs from src.
 *
 * @throws `ENGINE_NOT_STARTED` when the package was not built
 */
export function resolveChildEntry(): string {
  try {
    return createRequire(import.meta.url).resolve('@cortensor/engine/child')
  } catch (cause) {
    throw engineError('ENGINE_NOT_STARTED', 'the inference process is not built: run `npm run build` first', { cause })
  }
}
