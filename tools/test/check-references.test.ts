import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkReferences, findName } from '../check-references.mjs'
import { fixture } from './fixture.js'

const SOURCE = ["import { open } from './open.js'", '', '// then serve', 'export function serve() {', '  open()', '}', ''].join(
  '\n'
)

/** A repository with one workspace, and a map of it that ends with `text`. */
function repository(text: string): string {
  const root = fixture({
    'package.json': { workspaces: ['packages/*'] },
    'packages/a/package.json': { name: '@x/a' },
    'packages/a/README.md': '# a',
    'packages/a/src/serve.ts': SOURCE,
    'ARCHITECTURE.md': `\`packages/a\` serves.\n${text}\n`
  })
  execFileSync('git', ['init', '-q'], { cwd: root })
  return root
}

const at = (line: number, name?: string): string =>
  `\`packages/a/src/serve.ts:${line}\`${name === undefined ? '' : ` \`${name}\``}`

describe('check-references', () => {
  it('accepts references and links that are right, and ignores other addresses', () => {
    const root = repository(
      `${at(4, 'serve')}, ${at(5, 'open')}, [a](packages/a/README.md#top), [b](https://example.org/x), [c](#here), \`127.0.0.1:80\``
    )
    expect(checkReferences(root)).toEqual([])
  })

  it.each([
    [at(3, 'open'), 'ARCHITECTURE.md: packages/a/src/serve.ts:3 open: open is at line 1 now (--fix)'],
    [at(99, 'serve'), 'ARCHITECTURE.md: packages/a/src/serve.ts:99 serve: serve is at line 4 now (--fix)'],
    [at(4, 'server'), 'ARCHITECTURE.md: packages/a/src/serve.ts:4 server: there is no server in this file'],
    [at(4), 'ARCHITECTURE.md: packages/a/src/serve.ts:4: write the name that stands there after it: `path:line` `name`'],
    ['`packages/a/src/gone.ts:1` `x`', 'ARCHITECTURE.md: packages/a/src/gone.ts:1 x: there is no such file'],
    ['[x](packages/b/README.md)', 'ARCHITECTURE.md: the link to packages/b/README.md leads nowhere']
  ])('refuses %s', (text, message) => {
    expect(checkReferences(repository(text))).toEqual([message])
  })

  it('leaves examples in code fences alone', () => {
    expect(checkReferences(repository('```md\n[x](packages/b/README.md)\n```'))).toEqual([])
  })

  it('wants every workspace on the map, with a README', () => {
    const root = fixture({
      'package.json': { workspaces: ['packages/*'] },
      'packages/b/package.json': { name: '@x/b' },
      'ARCHITECTURE.md': ''
    })
    execFileSync('git', ['init', '-q'], { cwd: root })
    expect(checkReferences(root)).toEqual([
      'ARCHITECTURE.md: does not say what `packages/b` owns',
      'packages/b: has no README.md'
    ])
  })

  it('moves line numbers to the declaration, and leaves alone what is right or lost', () => {
    const root = repository(`${at(1, 'serve')} ${at(5, 'open')} ${at(2, 'lost')}`)
    expect(checkReferences(root, { fix: true })).toHaveLength(1)
    expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')).toContain(`${at(4, 'serve')} ${at(5, 'open')} ${at(2, 'lost')}`)
  })

  it('takes a name for a whole word', () => {
    expect(findName('const opened = 1\nopen()\n', 'open', 1)).toBe(2)
    expect(findName('const open$ = 1\nconst open = 2\n', 'open', 1)).toBe(2)
    expect(findName('  async *open(x: number) {\n  open(1)\n', 'open', 2)).toBe(1)
  })
})
