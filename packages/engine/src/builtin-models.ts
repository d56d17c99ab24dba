import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EngineModel, ModelId } from '@cortensor/interface'
import { engineError } from './errors.js'

/** A model file that comes with this package; usable as a `ModelSource` as it is. */
export interface BuiltinModel extends EngineModel {
  /** Absolute path of the GGUF file. */
  path: string
  parameters: number
}

interface ManifestEntry {
  file: string
  sha256: string
  sizeBytes: number
  kind: 'chat' | 'embedding'
  quantisation: string
  contextLength: number
  parameters: number
}

// The same relative place from src/ and from dist/.
const MODELS_URL = new URL('../models/', import.meta.url)

/**
 * The bundled models, by name. Reads the manifest only; the files themselves are checked against their SHA-256 when an engine
 * loads them.
 *
 * @throws `ENGINE_MODEL_MISSING` when the manifest itself is missing.
 */
export function listBuiltinModels(): BuiltinModel[] {
  let entries: ManifestEntry[]
  try {
    entries = JSON.parse(readFileSync(new URL('manifest.json', MODELS_URL), 'utf8'))
  } catch (cause) {
    throw engineError(
      'ENGINE_MODEL_MISSING',
      `${fileURLToPath(MODELS_URL)}manifest.json cannot be read: restore it from the repository`,
      { cause }
    )
  }
  return entries.map(({ file, sha256, ...rest }) => ({
    id: sha256 as ModelId,
    name: file.replace(/\.gguf$/, ''),
    path: fileURLToPath(new URL(file, MODELS_URL)),
    ...rest
  }))
}
