// Fails when a workspace breaks the rules of the house (tools/layers.mjs): `npm run layers`. With `--fix` it first removes unused
// dependencies and makes the tsconfig references equal to what remains; the lockfile then wants an `npm install`.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as house from './layers.mjs'
import { mendManifests } from './lib/mend-manifests.mjs'
import { moduleNames, tokens } from './lib/tokens.mjs'
import { filesBelow, readJson, workspaces } from './lib/workspaces.mjs'

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate'])
const NODE_GLOBALS = new Set(['Buffer', 'process', 'require'])
const TIMED_MEMBERS = { Date: ['now'], Math: ['random'], performance: ['now'], AbortSignal: ['timeout'] }

/** @typedef {{ rule: string, path: string, line?: number, about: string, message: string }} Finding */

/** `@scope/name/entry` -> the package and the entry within it ('' for the main one). */
export function splitSpecifier(specifier) {
  const parts = specifier.split('/')
  const count = specifier.startsWith('@') ? 2 : 1
  return { library: parts.slice(0, count).join('/'), entry: parts.slice(count).join('/') }
}

/**
 * @param {string} root
 * @returns {Finding[]} empty when all is well
 */
export function checkLayers(root, { MAY_IMPORT, HOMES, REAL_TIME, ANYWHERE, EXCEPTIONS } = house) {
  const all = workspaces(root)
  const byName = new Map(all.map((workspace) => [workspace.name, workspace]))
  const findings = [...checkRootReferences(root, all), ...all.flatMap(checkWorkspace)]
  return findings.filter(
    (finding) =>
      !EXCEPTIONS.some(({ rule, path, about }) => rule === finding.rule && path === finding.path && about === finding.about)
  )

  function checkWorkspace(workspace) {
    if (!Object.hasOwn(MAY_IMPORT, workspace.short)) {
      const path = `${workspace.folder}/package.json`
      return [
        { rule: 'floor', path, about: workspace.name, message: `${workspace.name} has no floor: add it to tools/layers.mjs` }
      ]
    }
    const sources = filesBelow(root, `${workspace.folder}/src`, ['.ts']).map((path) => readSource(path))
    return [
      ...sources.flatMap((source) => checkSource(workspace, source)),
      ...checkManifest(workspace, sources),
      ...checkReferences(workspace)
    ]
  }

  function readSource(path) {
    const list = tokens(readFileSync(join(root, path), 'utf8'))
    return { path, list, names: moduleNames(list) }
  }

  function checkSource(workspace, { path, list, names }) {
    const found = []
    const add = (rule, line, about, message) => found.push({ rule, path, line, about, message })
    for (const { specifier, typeOnly, line } of names) {
      if (specifier == null) {
        add('computed', line, 'import()', 'a dynamic import must name its module in a string, or nobody can check it')
      } else if (specifier.startsWith('.')) {
        if (!posix.join(posix.dirname(path), specifier).startsWith(`${workspace.folder}/`)) {
          add('relative', line, specifier, `${specifier} leaves the package: import it by its package name`)
        }
      } else if (specifier.startsWith('#')) {
        if (!Object.hasOwn(workspace.manifest.imports ?? {}, specifier)) {
          add('entry', line, specifier, `${workspace.folder}/package.json has no entry ${specifier} under "imports"`)
        }
      } else if (isBuiltin(specifier)) {
        if (ANYWHERE.includes(workspace.short)) {
          add('anywhere', line, specifier, `${workspace.short} must run in a browser too: no modules of Node.js`)
        }
      } else {
        checkImport(workspace, specifier, typeOnly, (rule, about, message) => add(rule, line, about, message))
      }
    }
    if (!REAL_TIME.includes(workspace.short)) {
      for (const { name, line } of realTimeUses(list, names)) {
        add('time', line, name, `${name} is not allowed in ${workspace.short}: use the injected Clock or Rng`)
      }
    }
    list.forEach(({ string, text, line }, index) => {
      if (
        ANYWHERE.includes(workspace.short) &&
        !string &&
        NODE_GLOBALS.has(text) &&
        list[index - 1]?.text !== '.' &&
        list[index + 1]?.text === '.'
      ) {
        add('anywhere', line, text, `${workspace.short} must run in a browser too: ${text} is of Node.js`)
      }
      if (text === 'throw' && list[index + 1]?.text === 'new' && list[index + 2]?.text === 'Error' && !list[index + 2].string) {
        add('error', line, 'Error', 'a bare Error has no code: throw a CortensorError with one')
      }
    })
    return found
  }

  function checkImport(workspace, specifier, typeOnly, add) {
    const { library, entry } = splitSpecifier(specifier)
    const target = byName.get(library)
    if (target == null) {
      const problem = strangerAt(workspace.short, library, typeOnly)
      if (problem != null) {
        add('home', library, problem)
      }
    } else if (target === workspace) {
      add('self', specifier, `${workspace.short} imports itself by name: use a relative path`)
    } else if (!mayImport(workspace.short, target.short, entry)) {
      add('floor', library, `${workspace.short} must not import ${entry === '' ? target.short : `${target.short}/${entry}`}`)
    } else if (!Object.hasOwn(target.manifest.exports ?? {}, entry === '' ? '.' : `./${entry}`)) {
      add('entry', specifier, `${library} exports no entry named ${entry}`)
    }
    const { dependencies, peerDependencies, optionalDependencies } = workspace.manifest
    if (target !== workspace && !Object.hasOwn({ ...dependencies, ...peerDependencies, ...optionalDependencies }, library)) {
      add('undeclared', library, `${library} is imported but is no dependency in ${workspace.folder}/package.json`)
    }
  }

  function mayImport(from, to, entry) {
    return MAY_IMPORT[from].includes(to) || (entry !== '' && MAY_IMPORT[from].includes(`${to}/${entry}`))
  }

  /** What is wrong with this workspace importing a heavy library, if anything. */
  function strangerAt(short, library, typeOnly) {
    const rule = HOMES.find((candidate) => candidate.library.test(library))
    if (rule == null || rule.home === short || rule.values?.[short]?.includes(library)) {
      return undefined
    }
    if (rule.home == null) {
      return `${library} is for scripts, not for src`
    }
    if (rule.types?.includes(short)) {
      return typeOnly ? undefined : `${short} may use types of ${library} only (import type); its home is ${rule.home}`
    }
    return `${library} has its home in ${rule.home}, not in ${short}`
  }

  function checkManifest(workspace, sources) {
    const path = `${workspace.folder}/package.json`
    const found = []
    const { dependencies = {}, devDependencies = {}, scripts = {} } = workspace.manifest
    for (const name of Object.keys(dependencies)) {
      const target = byName.get(name)
      const allowed = target == null || MAY_IMPORT[workspace.short].some((entry) => entry.split('/')[0] === target.short)
      if (!allowed) {
        found.push({ rule: 'floor', path, about: name, message: `${workspace.short} must not depend on ${target.short}` })
      }
    }
    const bin = filesBelow(root, `${workspace.folder}/bin`, ['.js']).map(readSource)
    const shipped = namesUsed([...sources, ...bin])
    for (const name of Object.keys(dependencies).filter((name) => !shipped.has(name))) {
      found.push({ rule: 'unused', path, about: name, message: `${name} is a dependency but nothing in src uses it` })
    }
    const rest = ['test', 'scripts', 'bench'].flatMap((folder) =>
      filesBelow(root, `${workspace.folder}/${folder}`, ['.ts', '.mjs', '.js', '.sol']).map((file) =>
        file.endsWith('.sol') ? readSolidity(file) : readSource(file)
      )
    )
    const used = namesUsed([...sources, ...solidityOf(workspace), ...rest])
    const commands = Object.values(scripts).join(' ')
    for (const name of Object.keys(devDependencies)) {
      if (!used.has(name) && !commands.includes(name) && !shipped.has(name)) {
        found.push({ rule: 'unused', path, about: name, message: `${name} is a development dependency but nothing uses it` })
      }
    }
    return found
  }

  function solidityOf(workspace) {
    return ['src', 'contracts', 'solidity'].flatMap((folder) =>
      filesBelow(root, `${workspace.folder}/${folder}`, ['.sol']).map(readSolidity)
    )
  }

  function readSolidity(path) {
    const strings = [...readFileSync(join(root, path), 'utf8').matchAll(/["']([^"'\n]+)["']/g)]
    return { path, list: strings.map(([, text]) => ({ text, string: true })), names: [] }
  }

  function checkReferences(workspace) {
    const path = `${workspace.folder}/tsconfig.json`
    const wanted = Object.keys(workspace.manifest.dependencies ?? {})
      .filter((name) => byName.has(name))
      .map((name) => byName.get(name).folder)
    return compareReferences(path, wanted)
  }

  function checkRootReferences(base, list) {
    return existsSync(join(base, 'tsconfig.json'))
      ? compareReferences(
          'tsconfig.json',
          list.map(({ folder }) => folder)
        )
      : []
  }

  function compareReferences(path, wanted) {
    if (!existsSync(join(root, path))) {
      return [{ rule: 'references', path, about: path, message: 'is missing' }]
    }
    const present = (readJson(join(root, path)).references ?? []).map((reference) =>
      posix.join(posix.dirname(path), reference.path)
    )
    return [
      ...wanted
        .filter((folder) => !present.includes(folder))
        .map((folder) => [folder, `does not reference ${folder}, a dependency`]),
      ...present
        .filter((folder) => !wanted.includes(folder))
        .map((folder) => [folder, `references ${folder}, which is no dependency`])
    ].map(([about, message]) => ({ rule: 'references', path, about, message }))
  }
}

/** Packages named by an import or by any string (a `require.resolve`, a path into node_modules). */
function namesUsed(sources) {
  const strings = sources.flatMap(({ list }) =>
    list.filter((token) => token.string && token.text !== '').map((token) => token.text)
  )
  return new Set(strings.filter((text) => !text.startsWith('.')).map((text) => splitSpecifier(text).library))
}

/** Uses of the real clock or of real chance. */
function realTimeUses(list, names) {
  const uses = names
    .filter(({ specifier }) => /^(node:)?timers(\/promises)?$/.test(specifier ?? ''))
    .map(({ specifier, line }) => ({ name: specifier, line }))
  list.forEach(({ text, word, line }, index) => {
    const [before, after, member] = [list[index - 1]?.text, list[index + 1]?.text, list[index + 2]?.text]
    const isGlobal = before === '.' ? list[index - 2]?.text === 'globalThis' : before !== '?.'
    if (!word || !isGlobal || after === ':') {
      return
    }
    if (TIMERS.has(text)) {
      uses.push({ name: text, line })
    } else if (Object.hasOwn(TIMED_MEMBERS, text) && after === '.' && TIMED_MEMBERS[text].includes(member)) {
      uses.push({ name: `${text}.${member}`, line })
    } else if (text === 'Date' && before === 'new' && (after !== '(' || member === ')')) {
      uses.push({ name: 'new Date()', line })
    }
  })
  return uses
}

function main() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  if (process.argv.includes('--fix')) {
    mendManifests(root, checkLayers(root))
  }
  const findings = checkLayers(root)
  for (const { rule, path, line, message } of findings) {
    console.log(`${path}${line == null ? '' : `:${line}`}: ${rule}: ${message}`)
  }
  console.log(findings.length === 0 ? 'layers: the house stands' : `layers: ${findings.length} broken rules`)
  process.exitCode = findings.length === 0 ? 0 : 1
}

if (process.argv[1] != null && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main()
}
