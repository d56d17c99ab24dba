// What audits take of a network's computing and how soon they find a cheat, by the rules that reports follow. Everything comes from one
// seed, so that the figures are the same on every machine.
import { auditFigures, auditLoad, READING_SHARE } from '../sim/audit-figures.ts'
import { figure } from './lib/table.mjs'

const MINERS = 600
const DETECTION = 0.98

export const title = `audits (${MINERS} miners, detection ${DETECTION})`

export async function run() {
  const { audited, caught } = auditFigures(MINERS, DETECTION)
  return [
    ...audited.flatMap(({ now, ofAll, served }) => [
      figure(`audited of what a miner has served after ${served} tokens`, 100 * ofAll, '%'),
      figure(`audited of what comes next after ${served} tokens`, 100 * now, '%')
    ]),
    figure(
      `of all computing at the last rate, reading at ${READING_SHARE}`,
      100 * auditLoad(audited.at(-1).now, READING_SHARE),
      '%',
      {
        aim: '<= 3 %'
      }
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
