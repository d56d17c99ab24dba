import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Mutant, mutantsOf } from './mutants.js'

/**
 * The contracts' tests are only worth what they notice: every requirement of every contract is switched off once, every comparison in one
 * turned once, and the tests must fail. `MUTANTS=SessionManager` runs those of one file.
 */
const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const contracts = join(root, 'packages/contracts/contracts')
const MINUTES = 60_000

/** Changes that nobody can see, with the reason. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  'lib/Roster.sol >= as > in if (faults == 0 || faults * 2 >= members || attestations <= faults || attestations > members - faults) return false;':
    'With half of the members faulty no number of attestations lies above the faulty and not above the others.'
}

/** The tests of each file, those first that are most likely to notice. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  'CortensorToken.sol': ['token'],
  'NodeRegistry.sol': ['registry', 'contracts', 'money.test', 'compliance/chain'],
  'OracleCommittee.sol': ['committee', 'contracts', 'money.test', 'compliance/chain'],
  'RewardDistributor.sol': ['contracts', 'money.test'],
  'SessionManager.sol': ['sessions', 'money.test'],
  'lib/Roster.sol': ['committee', 'contracts']
}
const CONTRACTS: Readonly<Record<string, string>> = {
  'CortensorToken.sol': 'CortensorToken',
  'NodeRegistry.sol': 'NodeRegistry',
  'OracleCommittee.sol': 'OracleCommittee',
  'RewardDistributor.sol': 'OracleCommittee',
  'SessionManager.sol': 'SessionManager',
  'lib/Roster.sol': 'OracleCommittee'
}

interface Compiled {
  evm: {
    bytecode: { object: string }
    deployedBytecode: { object: string; immutableReferences: Record<string, { start: number; length: number }[]> }
  }
}

const sources = Object.fromEntries(
  readdirSync(contracts, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sol'))
    .map((path) => [path, { content: readFileSync(join(contracts, path), 'utf8') }])
)

function compile({ file, source }: Mutant): Compiled['evm'] {
  const contract = CONTRACTS[file] as string
  // As in packages/contracts/scripts/generate.mjs: some tests look at the gas.
  const settings = {
    optimizer: { enabled: true, runs: 1_000_000 },
    viaIR: true,
    evmVersion: 'cancun',
    metadata: { appendCBOR: false, bytecodeHash: 'none' },
    outputSelection: { [`${contract}.sol`]: { [contract]: ['evm.bytecode.object', 'evm.deployedBytecode'] } }
  }
  const input = { language: 'Solidity', sources: { ...sources, [file]: { content: source } }, settings }
  const findImport = (path: string) => ({ contents: readFileSync(require.resolve(path), 'utf8') })
  const output = JSON.parse(require('solc').compile(JSON.stringify(input), { import: findImport }))
  const errors = (output.errors ?? []).filter(({ severity }: { severity: string }) => severity === 'error')
  expect(errors).toEqual([])
  return (output.contracts[`${contract}.sol`][contract] as Compiled).evm
}

const folder = mkdtempSync(join(tmpdir(), 'cortensor-mutants-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Whether the tests hold with this bytecode in place of the generated one. */
async function survives(mutant: Mutant): Promise<boolean> {
  const { bytecode, deployedBytecode } = compile(mutant)
  const places = Object.values(deployedBytecode.immutableReferences).flat()
  const replacement = {
    contract: CONTRACTS[mutant.file],
    bytecode: `0x${bytecode.object}`,
    runtime: {
      sha256: createHash('sha256').update(Buffer.from(deployedBytecode.object, 'hex')).digest('hex'),
      immutables: places.map(({ start, length }) => [start, length])
    }
  }
  const file = join(folder, 'mutant.json')
  writeFileSync(file, JSON.stringify(replacement))
  for (const name of TESTS[mutant.file] ?? []) {
    const code = await new Promise<number | null>((resolve, reject) => {
      const args = ['vitest', 'run', '--config', 'vitest.mutants.config.ts', '--bail', '1', name]
      const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args.slice(1)], {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, CORTENSOR_MUTANT: file }
      })
      child.once('error', reject).once('exit', resolve)
    })
    if (code !== 0) {
      return false
    }
  }
  return true
}

const chosen = process.env.MUTANTS ?? ''
const all = Object.keys(TESTS)
  .filter((file) => file.includes(chosen))
  .flatMap((file) => mutantsOf(file, sources[file]?.content ?? ''))

describe('mutants of the contracts', () => {
  it('are many', () => {
    expect(Object.keys(TESTS).flatMap((file) => mutantsOf(file, sources[file]?.content ?? '')).length).toBeGreaterThan(100)
  })

  it.each(Object.keys(TESTS).filter((file) => file.includes(chosen)))(
    '%s passes as it is',
    async (file) => {
      expect(await survives({ file, line: 0, what: 'nothing', source: sources[file]?.content ?? '' })).toBe(true)
    },
    10 * MINUTES
  )

  it.each(all.map((mutant) => [`${mutant.file}:${mutant.line} ${mutant.what}`, mutant] as const))(
    '%s',
    async (_name, mutant) => {
      const isEquivalent = EQUIVALENT[`${mutant.file} ${mutant.what}`] !== undefined
      expect(await survives(mutant)).toBe(isEquivalent)
    },
    10 * MINUTES
  )
})
