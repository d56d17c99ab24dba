// Writes what every command needs into one file, dist/bundled.js, because Node.js takes about a millisecond for every module that it loads.
// To be run after `tsc -b`. Where the file is missing, or older than a module, the modules are loaded one by one: bin/program-file.js.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { programFile } from '../bin/program-file.js'

const cli = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(cli, 'dist')
const ACTIONS = join(dist, 'actions') + sep
/** The one that is to be fast besides help texts. Others load engines, networks or chains, which are no matter of a few modules. */
const INLINED = new Set(['verify-receipt.js'].map((name) => ACTIONS + name))

/** Modules of the workspace's own that stay outside: an action with all that it alone needs. */
const isLeftOut = (file) => file.startsWith(ACTIONS) && !INLINED.has(file)

/** What is written anew whenever a module in the bundle is: `<workspace>/dist/.tsbuildinfo`, and the lockfile of the libraries. */
function sources(modules) {
  const places = modules.flatMap((file) => {
    const at = file.lastIndexOf(`${sep}dist${sep}`)
    return at < 0 || file.includes('node_modules') ? [] : [join(file.slice(0, at), 'dist', '.tsbuildinfo')]
  })
  return [...new Set([...places, join(cli, '../../package-lock.json')])]
    .map((file) => relative(dist, file).replaceAll(sep, '/'))
    .sort()
}

/** Replaces both files at once, each in one step, so that whoever starts a command meanwhile reads a whole one. */
export async function bundle() {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: join(dist, 'main.js'),
    platform: 'node',
    plugins: [
      {
        name: 'leave-actions-out',
        async resolveId(source, importer) {
          const resolved = importer === undefined ? null : await this.resolve(source, importer)
          return resolved !== null && isLeftOut(resolved.id)
            ? { id: `./${relative(dist, resolved.id).replaceAll(sep, '/')}`, external: true }
            : resolved
        }
      }
    ]
  })
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false, minify: true })
    const [{ code, moduleIds }] = output
    const temporary = join(dist, `bundled.${process.pid}`)
    try {
      for (const [name, text] of [
        ['bundled.json', JSON.stringify(sources(moduleIds))],
        ['bundled.js', code]
      ]) {
        writeFileSync(temporary, text)
        renameSync(temporary, join(dist, name))
      }
    } finally {
      rmSync(temporary, { force: true })
    }
  } finally {
    await build.close()
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  if (!programFile(dist)?.endsWith('bundled.js')) {
    // Some platforms have no bundler.
    await bundle().catch((error) => process.stderr.write(`bundle: not made, so that commands start slower: ${error.message}\n`))
  }
}
