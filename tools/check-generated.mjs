// Fails when committed generated files are not what the generators make of their sources: `npm run check-generated`.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesBelow, workspaces } from './lib/workspaces.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function run(command, args, stdio) {
  return spawnSync(command, args, { cwd: root, stdio, encoding: 'utf8' })
}

/** Generated files that differ from the last commit, as `git status` prints them. */
function differing() {
  const result = run('git', ['status', '--porcelain', '--untracked-files=all', '--', ':(glob)**/generated/**'], 'pipe')
  return result.status === 0 ? result.stdout.split('\n').filter((line) => line !== '') : [`git status: ${result.stderr}`]
}

function findProblem() {
  const all = workspaces(root)
  const makers = all.filter(({ manifest }) => manifest.scripts?.generate != null)
  const orphan = all.find(
    (workspace) =>
      !makers.includes(workspace) && filesBelow(root, workspace.folder, ['.ts']).some((path) => path.includes('/generated/'))
  )
  if (orphan != null) {
    return `${orphan.folder} has generated files but no "generate" script that makes them`
  }
  const lerna = join(root, 'node_modules', 'lerna', 'dist', 'cli.js')
  if (run(process.execPath, [lerna, 'run', 'generate', '--concurrency', '1'], ['ignore', 'inherit', 'inherit']).status !== 0) {
    return 'a generator failed (see above)'
  }
  const files = differing()
  return files.length === 0
    ? undefined
    : `these files differ from what their sources generate; run \`npm run generate\` and commit them:\n${files.join('\n')}`
}

const problem = findProblem()
console.log(`generated: ${problem ?? 'every file is fresh'}`)
process.exitCode = problem == null ? 0 : 1
