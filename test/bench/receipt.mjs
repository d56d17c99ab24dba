// What it takes to check a receipt: the check itself, against the signatures in it, and the command that a person types.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createVerifier, ed25519FromSeed, hex32ToBytes, recoverPacked, verifyEd25519 } from '@cortensor/crypto'
import { checkReceipt } from '@cortensor/proofs'
import { decodeReceipt } from '@cortensor/protocols'
import { cpuTimed, p50 } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'the check of a receipt'

const CHECKS = 200
const COMMANDS = 30
const FILE = fileURLToPath(new URL('../../packages/proofs/test/fixtures/receipt.json', import.meta.url))
const MAIN = fileURLToPath(new URL('../../apps/cli/bin/cortensor.js', import.meta.url))
const COMPILED = fileURLToPath(new URL('../../apps/cli/dist/compiled', import.meta.url))
const MODULES = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url))

async function cpuMsEach(times, work) {
  const { ms } = await cpuTimed(async () => {
    for (let i = 0; i < times; i++) {
      await work()
    }
  })
  return ms / times
}

/** CPU time and duration of a process of Node.js from start to end, in ms: the middle of several, each after `before`. */
function costOfCommand(args, before = () => {}) {
  const rows = Array.from({ length: COMMANDS }, () => {
    before()
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S %R"; time "$0" "$@" > /dev/null', process.execPath, ...args],
      {
        encoding: 'utf8'
      }
    )
    if (status !== 0) {
      throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
    }
    const [user, system, real] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
    return { cpuMs: (user + system) * 1000, wallMs: real * 1000 }
  })
  return { cpuMs: p50(rows.map(({ cpuMs }) => cpuMs)), wallMs: p50(rows.map(({ wallMs }) => wallMs)) }
}

/** What Node.js keeps of what it has compiled: without it, a command is the first after an installation. */
const forget = () => rmSync(COMPILED, { recursive: true, force: true })

export async function run() {
  const bytes = readFileSync(FILE)
  const verifier = createVerifier()
  const { digest } = await checkReceipt({ bytes, root: null, verifier: { verify: async () => true, recover: async () => null } })
  const check = async () => {
    const { isValid, reason } = await checkReceipt({ bytes, root: digest, verifier })
    if (!isValid) {
      throw new Error(`the receipt of the tests is refused: ${reason}`)
    }
  }
  const first = await cpuMsEach(1, check)
  const each = await cpuMsEach(CHECKS, check)
  const { attestations } = decodeReceipt(bytes)
  const { publicKey, sign } = ed25519FromSeed(new Uint8Array(32))
  const signature = sign(bytes)
  const ed25519 = await cpuMsEach(CHECKS, () => verifyEd25519(publicKey, bytes, signature))
  const recover = await cpuMsEach(CHECKS, () => recoverPacked(hex32ToBytes(digest), attestations[0].signature))
  const signatures = 2 * ed25519 + attestations.length * recover
  const verify = ['verify', FILE, '--root', digest]
  const nothing = costOfCommand(['-e', '0'])
  const commands = [
    ['cortensor verify FILE --root DIGEST', [MAIN, ...verify]],
    ['the same, the first time after an installation', [MAIN, ...verify], forget],
    ['the same, module by module', [MODULES, ...verify]],
    ['node -e "import(\'@cortensor/proofs\')"', ['-e', "import('@cortensor/proofs')"]],
    ['cortensor key', [MAIN, 'key']],
    ['cortensor --version', [MAIN, '--version']],
    ['cortensor --help', [MAIN, '--help']],
    ['the same, module by module', [MODULES, '--help']]
  ].map(([label, args, before]) => ({ label, ...costOfCommand(args, before) }))
  return [
    figure(`the first check in a process, ${bytes.length} bytes`, first, 'ms CPU', { aim: '< 100 ms' }),
    figure('every other', each, 'ms CPU', { against: `its ${2 + attestations.length} signatures`, base: signatures }),
    figure('one Ed25519 check', ed25519, 'ms CPU', { against: 'a check of the receipt', base: each }),
    figure('node that does nothing, from start to end', nothing.wallMs, 'ms'),
    ...commands.flatMap(({ label, cpuMs, wallMs }) => [
      figure(label, cpuMs, 'ms CPU', { against: 'node that does nothing', base: nothing.cpuMs }),
      figure('  from start to end', wallMs, 'ms')
    ])
  ]
}
