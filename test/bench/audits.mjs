// What audits take of a network's computing and how soon they find a cheat, by the rules that reports follow. Everything comes from one
// seed, so that the figures are the same on every machine.
import { auditFigures, auditLoad } from '../sim/audit-figures.ts'
import { figure } from './lib/table.mjs'

const MINERS = 600
const DETECTION = 0.98
/** What reading costs of writing, for answers of 64 tokens and 128 of a built-in model: `npm run bench -- reading`. */
const READING = [0.25, 0.22]

export const title = `audits (${MINERS} miners, detection ${DETECTION})`

export async function run() {
  const { audited, caught } = auditFigures(MINERS, DETECTION)
  return [
    ...audited.flatMap(({ now, ofAll, served }) => [
      figure(`audited of what a miner has served after ${served} tokens`, 100 * ofAll, '%'),
      figure(`audited of what comes next after ${served} tokens`, 100 * now, '%')
    ]),
    ...READING.map((share) =>
      figure(`of all computing at 5 %, reading at ${share}`, 100 * auditLoad(0.05, share), '%', { aim: '<= 3 %' })
    ),
    ...caught.flatMap(({ answers, computed, ejected, refuted }) => [
      figure(`refuted within ${answers} false answers`, 100 * refuted, '%', {
        against: 'computed',
        base: 100 * computed,
        aim: answers === 100 ? '>= 99 %' : undefined
      }),
      figure(`ejected within ${answers} false answers`, 100 * ejected, '%')
    ])
  ]
}
