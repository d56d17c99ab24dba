#!/usr/bin/env node
// Plain JavaScript that any Node from 18 on can read: an older one hands over to the one that came with the packages.
import { createRequire } from 'node:module'
import { programFile } from './program-file.js'

const require = createRequire(import.meta.url)
const { existsSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { enableCompileCache } = require('node:module')

const MIN_NODE_MAJOR = 24
const dist = fileURLToPath(new URL('../dist', import.meta.url))
const program = programFile(dist)

function bundledNode() {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const binary = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
    if (existsSync(binary)) {
      return binary
    }
  }
  return undefined
}

if (program === undefined) {
  process.stderr.write('cortensor: this checkout is not built yet; run `npm run build` (or `npm start`, which builds first)\n')
  process.exitCode = 1
} else if (Number(process.versions.node.split('.')[0]) >= MIN_NODE_MAJOR) {
  // What Node.js has compiled once it need not compile again. Beside the code, so that who could write there could change that, too.
  enableCompileCache(join(dist, 'compiled'))
  await import(pathToFileURL(program).href)
} else {
  const node = bundledNode()
  if (node === undefined || process.env.CORTENSOR_REEXEC === '1') {
    process.stderr.write(
      `cortensor: needs Node ${MIN_NODE_MAJOR} or newer, this is ${process.version}; run \`npm ci\`, which brings one along\n`
    )
    process.exitCode = 1
  } else {
    const { spawn } = await import('node:child_process')
    const child = spawn(node, process.argv.slice(1), {
      stdio: 'inherit',
      env: { ...process.env, CORTENSOR_REEXEC: '1' }
    })
    // Whoever started this process knows its id only. A terminal tells both, which the other one takes for a single signal.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(name, () => child.kill(name))
    }
    child.on('error', (error) => {
      process.stderr.write(`cortensor: cannot run ${node}: ${error.message}\n`)
      process.exitCode = 1
    })
    child.on('exit', (status, signal) => {
      process.exitCode = signal === null ? (status ?? 1) : 1
    })
  }
}
