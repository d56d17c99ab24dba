// The two findings of the layer check that have one possible answer.
import { writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readJson, workspaces } from './workspaces.mjs'

/** Removes dependencies that nothing uses, then sets every workspace's tsconfig references to its remaining dependencies. */
export function mendManifests(root, findings) {
  for (const { path, about } of findings.filter(({ rule }) => rule === 'unused')) {
    const manifest = readJson(join(root, path))
    delete manifest.dependencies?.[about]
    delete manifest.devDependencies?.[about]
    write(join(root, path), manifest)
  }
  const all = workspaces(root)
  const folders = new Map(all.map(({ name, folder }) => [name, folder]))
  for (const { folder, manifest } of all) {
    const path = join(root, folder, 'tsconfig.json')
    const config = readJson(path)
    const wanted = Object.keys(manifest.dependencies ?? {}).filter((name) => folders.has(name))
    const references = wanted.map((name) => ({ path: posix.relative(folder, folders.get(name)) }))
    if (JSON.stringify(references) !== JSON.stringify(config.references ?? [])) {
      write(path, { ...config, references })
    }
  }
}

function write(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}
