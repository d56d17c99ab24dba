import { copyFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'

/**
 * The dev chain writes its dumps in place, so a crash can leave half of one: a copy of the last whole dump is kept beside it.
 * Used by the guard process too, so it depends on nothing but Node.
 */
export const backupOf = (stateFile: string): string => `${stateFile}.backup`

/** A dump is one JSON object; a part of one is not. */
export function isWholeDump(file: string): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null && 'accounts' in value
  } catch {
    return false
  }
}

/** When the file last changed, or null when there is none. */
export function changedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
}

/** Copies the dump if it is whole; the copy itself is never half written. */
export function backUp(stateFile: string): boolean {
  const copy = `${backupOf(stateFile)}.new`
  copyFileSync(stateFile, copy)
  const isWhole = isWholeDump(copy)
  if (isWhole) {
    renameSync(copy, backupOf(stateFile))
  } else {
    rmSync(copy, { force: true })
  }
  return isWhole
}

/** What a start finds: a whole dump, one brought back from the copy, none, or a broken one without a copy, which is removed. */
export type StateFound = 'whole' | 'restored' | 'none' | 'lost'

export function prepareState(stateFile: string): StateFound {
  const exists = changedAt(stateFile) !== null
  if (exists && backUp(stateFile)) {
    return 'whole'
  }
  if (isWholeDump(backupOf(stateFile))) {
    copyFileSync(backupOf(stateFile), stateFile)
    return 'restored'
  }
  rmSync(stateFile, { force: true })
  return exists ? 'lost' : 'none'
}
