import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { programFile } from '../bin/program-file.js'
import { bundle } from '../scripts/bundle.mjs'

const RECEIPT = fileURLToPath(new URL('../../../packages/proofs/test/fixtures/receipt.json', import.meta.url))
const CLI = fileURLToPath(new URL('..', import.meta.url))
const BUNDLED = join(CLI, 'dist/bundled.cjs')
const MODULES = join(CLI, 'dist/main.js')

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bundle-'))
  await bundle()
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('which file runs the program', () => {
  const write = (name: string, seconds: number, text = ''): void => {
    writeFileSync(join(dir, name), text)
    utimesSync(join(dir, name), seconds, seconds)
  }

  it('is none before the build, the modules before the bundle, and the bundle until a module is built again', () => {
    expect(programFile(dir)).toBeUndefined()
    write('main.js', 100)
    expect(programFile(dir)).toBe(join(dir, 'main.js'))
    write('bundled.json', 300, '["built", "never built"]')
    write('built', 200)
    write('bundled.cjs', 300)
    expect(programFile(dir)).toBe(join(dir, 'bundled.cjs'))
    write('built', 301)
    expect(programFile(dir)).toBe(join(dir, 'main.js'))
  })

  it('is none when the modules are gone', () => {
    rmSync(join(dir, 'main.js'))
    expect(programFile(dir)).toBeUndefined()
  })
})

describe('the bundle', () => {
  /** What a command prints, and the files of which it is made. */
  function run(program: string, ...args: string[]): { text: string; errors: string; status: number | null; files: string[] } {
    const list = join(dir, 'files')
    const hook = `import { registerHooks } from 'node:module'
      import { appendFileSync } from 'node:fs'
      registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context) } })`
    writeFileSync(list, '')
    const imported = `data:text/javascript,${encodeURIComponent(hook)}`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', imported, program, ...args], { encoding: 'utf8' })
    const files = readFileSync(list, 'utf8').split('\n')
    return {
      text: stdout,
      errors: stderr,
      status,
      files: files.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
    }
  }

  const isBundled = (file: string): boolean => dirname(file) === dirname(BUNDLED) && /^bundled.*\.cjs$/.test(basename(file))
  const withoutTime = (text: string): string => text.replace(/"tookMs":\d+/, '')
  it('checks a receipt alone, and says what the modules say', () => {
    const { digest } = JSON.parse(run(BUNDLED, 'verify', RECEIPT, '--json').text)
    const args = ['verify', RECEIPT, '--json', '--root', digest]
    const bundled = run(BUNDLED, ...args)
    expect(JSON.parse(bundled.text)).toMatchObject({ status: 'valid', reason: null })
    expect(bundled.files.filter((file) => !isBundled(file))).toEqual([])
    const modules = run(MODULES, ...args)
    expect(withoutTime(bundled.text)).toBe(withoutTime(modules.text))
    expect(
      modules.files.filter((file) => /libp2p|helia|ethers|llama|\/(node|network|store|chain|engine)\/dist\//.test(file))
    ).toEqual([])
  })

  it('makes keys and identities alone', () => {
    const folder = join(dir, 'identity')
    for (const args of [['key'], ['identity', '--data-dir', folder]]) {
      const { files, text } = run(BUNDLED, ...args, '--json')
      expect(Object.keys(JSON.parse(text))).toHaveLength(2)
      expect(files.filter((file) => !isBundled(file))).toEqual([])
    }
    const again = () => run(BUNDLED, 'identity', '--data-dir', folder, '--json').text
    expect(again()).toBe(again())
  })

  it('says of arguments what the modules say', () => {
    for (const args of [
      ['frobnicate'],
      ['verify'],
      ['verify', RECEIPT, '--root', '3'],
      ['help', 'claim'],
      ['verify', '--help']
    ]) {
      const said = run(BUNDLED, ...args)
      expect(said.text + said.errors).not.toBe('')
      expect({ ...said, files: [] }).toEqual({ ...run(MODULES, ...args), files: [] })
    }
  })

  it('has every help text, and finds what other commands do', () => {
    const help = run(BUNDLED, '--help')
    expect(help.files.filter((file) => !isBundled(file))).toEqual([])
    expect(help.text).toBe(run(MODULES, '--help').text)
    const actions = [...readFileSync(BUNDLED, 'utf8').matchAll(/import\(["'`](\.\/actions\/[^"'`]+)["'`]\)/g)].map(
      ([, file]) => file ?? ''
    )
    expect(actions).toContain('./actions/swarm.js')
    expect(actions.filter((file) => !existsSync(join(CLI, 'dist', file)))).toEqual([])
  })
})
