// The workspaces of this repository, read from the root package.json's patterns (a folder, or `folder/*`).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SKIPPED = new Set(['node_modules', 'dist', 'coverage'])

/** What stands here takes the place of foreign packages: npm must see it as a workspace, but none of our rules are about it. */
const STAND_INS = 'tools/npm/'

/** @typedef {{ name: string, short: string, folder: string, manifest: Record<string, any> }} Workspace `short` is the name without scope. */

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** @returns {Workspace[]} */
export function workspaces(root) {
  const folders = readJson(join(root, 'package.json')).workspaces.flatMap((pattern) =>
    pattern.endsWith('/*')
      ? list(join(root, pattern.slice(0, -2))).map((entry) => `${pattern.slice(0, -2)}/${entry.name}`)
      : [pattern]
  )
  return folders
    .filter((folder) => !folder.startsWith(STAND_INS) && existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => {
      const manifest = readJson(join(root, folder, 'package.json'))
      return { name: manifest.name, short: manifest.name.replace(/^@[^/]+\//, ''), folder, manifest }
    })
}

/** Files below a folder whose names end in one of the extensions, as paths relative to `root` with forward slashes. */
export function filesBelow(root, folder, extensions) {
  return list(join(root, folder))
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        return filesBelow(root, path, extensions)
      }
      return extensions.some((extension) => entry.name.endsWith(extension)) ? [path] : []
    })
    .sort()
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
}
