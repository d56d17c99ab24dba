import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { badLines, checkText } from '../check-text.mjs'
import { fixture } from './fixture.js'

// assembled, so that this file passes the check it tests
const path = (...parts: string[]): string => `/${parts.join('/')}`

describe('check-text', () => {
  it.each([
    path('work', 'main', 'x'),
    `see ${path('root', '.npmrc')}`,
    `"${path('home', 'alice', 'project')}"`,
    `file://${path('Users', 'bob')}`,
    `https://registry.${'npmjs'}.org/x`
  ])('refuses %s', (line) => {
    expect(badLines(`fine\n${line}\n`)).toEqual([expect.objectContaining({ line: 2 })])
  })

  it.each(['./work/x', 'a/root/b', 'merkle/root/hash', '~/home/x', '/v1/models', 'home/alice', '$DIR/work/x'])(
    'allows %s',
    (line) => {
      expect(badLines(line)).toEqual([])
    }
  )

  it('reads tracked text files, and no others', () => {
    const bad = path('work', 'main')
    const root = fixture({
      'untracked.txt': bad,
      'binary.dat': `\0${bad}`,
      'a/b.md': `ok\nlook in ${bad}`
    })
    execFileSync('git', ['init', '-q'], { cwd: root })
    execFileSync('git', ['add', 'a', 'binary.dat'], { cwd: root })
    expect(checkText(root)).toEqual([`a/b.md:2: machine path: look in ${bad}`])
  })
})
