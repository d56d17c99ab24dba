import { createRequire } from 'node:module'

// An import of node:fs makes all that it could ever be asked for, which takes longer than a help text.
const { readFileSync, statSync } = createRequire(import.meta.url)('node:fs')
const { join } = createRequire(import.meta.url)('node:path')

/**
 * What runs the program in a folder of built modules: the bundle that `scripts/bundle.mjs` makes of them, unless a module was built since.
 * Undefined when nothing is built.
 */
export function programFile(dist) {
  const writtenMs = (name) => statSync(join(dist, name), { throwIfNoEntry: false })?.mtimeMs
  const bundledMs = writtenMs('bundled.cjs')
  const isBuilt = writtenMs('main.js') !== undefined
  if (bundledMs === undefined || !isBuilt) {
    return isBuilt ? join(dist, 'main.js') : undefined
  }
  const sources = JSON.parse(readFileSync(join(dist, 'bundled.json'), 'utf8'))
  const isNewest = sources.every((name) => (writtenMs(name) ?? 0) <= bundledMs)
  return join(dist, isNewest ? 'bundled.cjs' : 'main.js')
}
