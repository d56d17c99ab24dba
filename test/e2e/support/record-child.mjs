// An oracle's signing record over Level, to be killed at any step: node record-child.mjs DIR DIGEST STEPS. Says each step when it begins
// and when it is on disk, and whether Level was asked to sync it.
import { createLevelKeyValue } from '@cortensor/store'
import { Level } from 'level'
import { createSigningRecord } from '../../../packages/oracle/dist/record/signing-record.js'

const [dir, digest, steps] = process.argv.slice(2)
const say = (line) => process.stdout.write(`${line}\n`)
for (const name of ['put', 'batch']) {
  const real = Level.prototype[name]
  Level.prototype[name] = function write(...args) {
    say(args.at(-1)?.sync === true ? 'synced' : 'not synced')
    return real.apply(this, args)
  }
}
const instance = { config: `0x${'11'.repeat(32)}`, epoch: 1, prev: `0x${'00'.repeat(32)}` }
const report = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const keyValue = createLevelKeyValue({ dir })
const record = createSigningRecord(keyValue)
const words = {
  open: async () => {
    await keyValue.start()
    await record.open(null)
  },
  propose: (view) =>
    record.propose(instance, { view, digest, report, timeouts: view === 0 ? [] : [new Uint8Array(300).fill(view)] }),
  attest: (view) => record.attest(instance, { view, digest, report }),
  timeout: (view) => record.giveUp(instance, view)
}
for (const step of steps.split(',')) {
  const [word, view] = step.split(' ')
  say(`begins ${step}`)
  try {
    await words[word](Number(view))
    say(`done ${step}`)
  } catch (error) {
    say(`${error.code} ${step}`)
  }
}
say(`from ${record.fromEpoch}`)
// Stays, and keeps the database open, until it is killed.
setInterval(() => {}, 60_000)
