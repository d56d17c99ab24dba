// Fails when a tracked text file names a place that exists on one machine only: absolute paths of a developer's machine, hosts of
// package registries. Whoever clones the repository has neither.
import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Larger files are data (models, lockfile), not text that people write. */
const MAX_BYTES = 2 * 1024 * 1024

// assembled, so that this file passes its own check
const roots = ['work', 'root', 'farm', 'Users'].join('|')
export const RULES = [
  { name: 'machine path', pattern: new RegExp(`(?<![\\w.~$})-])/(?:${roots})/[\\w.-]`) },
  { name: 'home directory', pattern: new RegExp(`(?<![\\w.~$})-])/${'home'}/(?!user/|you/|me/)[\\w.-]`) },
  { name: 'registry host', pattern: new RegExp(`registry\\.(?:${['npmjs', 'yarnpkg', 'npmmirror'].join('|')})\\.(?:org|com)`) }
]

/** Lines of a text that break a rule. */
export function badLines(text) {
  return text.split('\n').flatMap((line, index) =>
    RULES.filter(({ pattern }) => pattern.test(line)).map(({ name }) => ({
      line: index + 1,
      name,
      text: line.trim().slice(0, 120)
    }))
  )
}

export function checkText(root) {
  const listed = spawnSync('git', ['ls-files', '-z'], {
    cwd: root,
    encoding: 'utf8'
  })
  if (listed.status !== 0) {
    return [`git ls-files failed: ${listed.stderr}`]
  }
  return listed.stdout
    .split('\0')
    .filter((path) => path !== '' && isSmallFile(join(root, path)))
    .flatMap((path) => {
      const bytes = readFileSync(join(root, path))
      const binary = bytes.subarray(0, 8000).includes(0)
      return binary ? [] : badLines(bytes.toString()).map(({ line, name, text }) => `${path}:${line}: ${name}: ${text}`)
    })
}

function isSmallFile(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size <= MAX_BYTES
}

if (process.argv[1] != null && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const found = checkText(dirname(dirname(fileURLToPath(import.meta.url))))
  for (const line of found) {
    console.log(line)
  }
  console.log(found.length === 0 ? 'text: nothing names one machine only' : `text: ${found.length} lines name one machine only`)
  process.exitCode = found.length === 0 ? 0 : 1
}
