import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Writes a small tree that is removed after the test. Values that are no text become JSON. */
export function fixture(files: Record<string, unknown>): string {
  const root = mkdtempSync(join(tmpdir(), 'cortensor-tools-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  addFiles(root, files)
  return root
}

export function addFiles(root: string, files: Record<string, unknown>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}
