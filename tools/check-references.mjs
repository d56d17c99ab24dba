// Fails when a document points to nothing: a relative link without a target, a `path:line` `name` whose line does not hold that name,
// a workspace that ARCHITECTURE.md leaves out or that has no README. With `--fix` it first moves line numbers to where the names are now.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workspaces } from './lib/workspaces.mjs'

const REFERENCE = /`([\w./-]+\.(?:ts|mjs|js|sol|proto)):(\d+)`(?: `([\w$]+)`)?/g
const LINK = /\]\(([^)\s]+)\)/g
const FENCE = /^ {0,3}```[\s\S]*?^ {0,3}```/gm
const MAP = 'ARCHITECTURE.md'

const word = (name) => `(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`

/** Where a name stands in a source: the nearest line that declares it, else the nearest that holds it. Lines count from 1. */
export function findName(source, name, near) {
  const declaration = new RegExp(
    `(?:function\\*?|const|let|class|interface|type|contract)\\s+${word(name)}|^\\s*(?:async\\s+)?\\*?${word(name)}\\(.*\\{$`
  )
  const lines = source.split('\n')
  const linesWith = (pattern) => lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
  const declared = linesWith(declaration)
  const candidates = declared.length > 0 ? declared : linesWith(new RegExp(word(name)))
  return candidates.sort((a, b) => Math.abs(a - near) - Math.abs(b - near))[0]
}

/** What is wrong with one reference, or undefined. */
function flaw(root, path, line, name) {
  if (name === undefined) {
    return 'write the name that stands there after it: `path:line` `name`'
  }
  const source = readSource(root, path)
  if (source === undefined) {
    return 'there is no such file'
  }
  const text = source.split('\n')[line - 1] ?? ''
  if (new RegExp(word(name)).test(text)) {
    return undefined
  }
  const found = findName(source, name, line)
  return found === undefined ? `there is no ${name} in this file` : `${name} is at line ${found} now (--fix)`
}

function readSource(root, path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

function checkDocument(root, document) {
  const text = readFileSync(join(root, document), 'utf8')
  const bad = []
  for (const [, path, line, name] of text.matchAll(REFERENCE)) {
    const problem = flaw(root, path, Number(line), name)
    if (problem !== undefined) {
      bad.push(`${document}: ${path}:${line}${name === undefined ? '' : ` ${name}`}: ${problem}`)
    }
  }
  for (const [, target] of text.replaceAll(FENCE, '').matchAll(LINK)) {
    const [path] = target.split('#')
    if (path !== '' && !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(document), path))) {
      bad.push(`${document}: the link to ${target} leads nowhere`)
    }
  }
  return bad
}

function fixDocument(root, document) {
  const text = readFileSync(join(root, document), 'utf8')
  const fixed = text.replaceAll(REFERENCE, (whole, path, line, name) => {
    const source = name === undefined || flaw(root, path, Number(line), name) === undefined ? undefined : readSource(root, path)
    const found = source === undefined ? undefined : findName(source, name, Number(line))
    return found === undefined ? whole : `\`${path}:${found}\` \`${name}\``
  })
  if (fixed !== text) {
    writeFileSync(join(root, document), fixed)
  }
}

function checkWorkspaces(root) {
  const map = readFileSync(join(root, MAP), 'utf8')
  return workspaces(root).flatMap(({ folder }) => [
    ...(map.includes(`\`${folder}\``) ? [] : [`${MAP}: does not say what \`${folder}\` owns`]),
    ...(existsSync(join(root, folder, 'README.md')) ? [] : [`${folder}: has no README.md`])
  ])
}

/** One line for each thing that is wrong. */
export function checkReferences(root, { fix = false } = {}) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8'
  })
  if (listed.status !== 0) {
    return [`git ls-files failed: ${listed.stderr}`]
  }
  const documents = listed.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
  if (fix) {
    for (const document of documents) {
      fixDocument(root, document)
    }
  }
  return [...documents.flatMap((document) => checkDocument(root, document)), ...checkWorkspaces(root)]
}

if (process.argv[1] != null && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const found = checkReferences(dirname(dirname(fileURLToPath(import.meta.url))), { fix: process.argv.includes('--fix') })
  for (const line of found) {
    console.log(line)
  }
  console.log(found.length === 0 ? 'references: all of them lead somewhere' : `references: ${found.length} lead nowhere`)
  process.exitCode = found.length === 0 ? 0 : 1
}
