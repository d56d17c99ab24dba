import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startJsonProcess } from '../lib/json-process.mjs'
import { fixture } from './fixture.js'

function start(source: string): ReturnType<typeof startJsonProcess> {
  const root = fixture({ 'child.mjs': source })
  const child = startJsonProcess({ command: process.execPath, args: ['child.mjs'], cwd: root, env: { NODE_OPTIONS: '' } })
  onTestFinished(() => child.kill())
  return child
}

const stopOnSigint = "const alive = setInterval(() => {}, 1000); process.on('SIGINT', () => clearInterval(alive));"
const say = (event: string): string => `console.log(JSON.stringify({ event: '${event}' }));`
const is =
  (name: string) =>
  ({ event }: { event: string }): boolean =>
    event === name

it('finds events that came and events that are still to come', async () => {
  const child = start(`${stopOnSigint} ${say('a')} setTimeout(() => { ${say('b')} }, 50)`)
  await child.waitFor('b', is('b'), 5000)
  await expect(child.waitFor('a', is('a'), 5000)).resolves.toEqual({ event: 'a' })
})

it('refuses output that is not JSON', async () => {
  const child = start(`${stopOnSigint} console.log('> banner')`)
  await expect(child.waitFor('a', is('a'), 5000)).rejects.toThrow('"> banner"')
})

it('tells how the process ended and its last words', async () => {
  const child = start("console.error('no space left'); process.exitCode = 3")
  await expect(child.waitFor('a', is('a'), 5000)).rejects.toThrow(/exit code 3.*\n.*no space left/)
})

it('gives up in time', async () => {
  const child = start(stopOnSigint)
  await expect(child.waitFor('a', is('a'), 20)).rejects.toThrow('no a within 20 ms')
})

it('interrupts and reports a clean end', async () => {
  const child = start(`${stopOnSigint} ${say('a')}`)
  await child.waitFor('a', is('a'), 5000)
  expect(await child.interrupt(5000)).toMatchObject({ end: { code: 0, signal: null }, left: [] })
})

// only Linux shows the environments of other processes
it.runIf(existsSync('/proc/self/environ'))('sees a process left behind in a group of its own, and kills it', async () => {
  const child = start(`
    import { spawn } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const stray = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    stray.unref()
    ${stopOnSigint} ${say('a')}
  `)
  await child.waitFor('a', is('a'), 5000)
  const { left } = await child.interrupt(5000)
  expect(left).toHaveLength(1)
  child.kill()
  await expect.poll(() => existsSync(join('/proc', String(left[0]), 'cwd'))).toBe(false)
})
