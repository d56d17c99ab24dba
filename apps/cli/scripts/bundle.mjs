// Writes what every command needs into one file, dist/bundled.cjs, because Node.js takes about a millisecond for every module that it loads.
// To be run after `tsc -b`. Where the file is missing, or older than a module, the modules are loaded one by one: bin/program-file.js.
//
// CommonJS, because an import of node:fs or node:process makes all that these could ever be asked for, which takes milliseconds each, and a
// `require` what is asked for.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { programFile } from '../bin/program-file.js'

const cli = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(cli, 'dist')
const ACTIONS = join(dist, 'actions') + sep
/**
 * Actions that need no more than a few modules, each in a file of its own beside the one that all commands share. Others load engines,
 * networks or chains, which are no matter of a few modules.
 */
const SHORT = new Set(['key.js', 'identity.js', 'verify-receipt.js'].map((name) => ACTIONS + name))

/** Modules of the workspace's own that stay outside: an action with all that it alone needs. */
const isLeftOut = (file) => file.startsWith(ACTIONS) && !SHORT.has(file)

/** Commander starts programs for commands in files of their own, of which there are none. Loading what could do it takes 5 ms. */
const LATER = '\0child-process-later'
const CHILD_PROCESS = `export default { spawn: (...args) => process.getBuiltinModule('node:child_process').spawn(...args) }`

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

/**
 * Replaces all files, each in one step and the first that a command reads last, so that whoever starts one meanwhile reads whole files. Those
 * for actions have a hash of their content in their names, so that what belongs together is found together.
 */
export async function bundle() {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: { bundled: join(dist, 'main.js') },
    platform: 'node',
    plugins: [
      {
        name: 'leave-out',
        async resolveId(source, importer) {
          if (source === 'node:child_process' && importer?.includes(`${sep}commander${sep}`)) {
            return LATER
          }
          const resolved = importer === undefined ? null : await this.resolve(source, importer)
          return resolved !== null && isLeftOut(resolved.id)
            ? { id: `./${relative(dist, resolved.id).replaceAll(sep, '/')}`, external: true }
            : resolved
        },
        load: (id) => (id === LATER ? CHILD_PROCESS : null)
      }
    ]
  })
  try {
    const { output } = await build.generate({
      format: 'cjs',
      minify: true,
      entryFileNames: '[name].cjs',
      chunkFileNames: 'bundled-[name]-[hash].cjs'
    })
    const temporary = join(dist, `bundled.${process.pid}`)
    const files = [
      ...output.filter(({ isEntry }) => !isEntry).map(({ fileName, code }) => [fileName, code]),
      ['bundled.json', JSON.stringify(sources(output.flatMap(({ moduleIds }) => moduleIds)))],
      ...output.filter(({ isEntry }) => isEntry).map(({ fileName, code }) => [fileName, code])
    ]
    try {
      for (const [name, text] of files) {
        writeFileSync(temporary, text)
        renameSync(temporary, join(dist, name))
      }
    } finally {
      rmSync(temporary, { force: true })
    }
    const names = files.map(([name]) => name)
    for (const name of readdirSync(dist).filter((file) => /^bundled\b.*\.(cjs|js)$/.test(file) && !names.includes(file))) {
      rmSync(join(dist, name))
    }
    // By bin/cortensor.js, of modules that were: what is compiled is found by their content, and nobody else takes away what is not.
    rmSync(join(dist, 'compiled'), { recursive: true, force: true })
  } finally {
    await build.close()
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  if (!programFile(dist)?.endsWith('bundled.cjs')) {
    // Some platforms have no bundler.
    await bundle().catch((error) => process.stderr.write(`bundle: not made, so that commands start slower: ${error.message}\n`))
  }
}
