// The tables of docs/proof-of-inference.md out of what was measured so far: node test/bench/proof/tables.mjs FOLDER
import { sum } from '../lib/stats.mjs'
import { ATTACKS, CUT, EQUAL, LENGTHS, OTHERS, PLACES, REFERENCE, TOLERANCE } from './attacks.mjs'
import { accumulation, detectionOf, firstPast, fromAll, fromTokens, isBeyond, largest, largestGap } from './figures.mjs'
import { BASE, canonicalCaseOf, caseOf, MODELS, toleranceOf, WRITERS } from './honesty.mjs'
import { openRows } from './rows.mjs'

const rows = openRows(process.argv[2])
const percent = (part, whole) => (whole === 0 ? '-' : `${Number(((100 * part) / whole).toFixed(1))} %`)
const line = (cells) => `| ${cells.join(' | ')} |`
const head = (cells) => [line(cells), `|${cells.map(() => '---').join('|')}|`]
const short = (name) => name.replaceAll('tiny-general-v2-f16', 'F16').replaceAll('tiny-general-v2-', '').replaceAll('tiny-', '')

function attackTable() {
  const lines = head(['attack', ...LENGTHS.map((length) => `${length} tokens`)])
  const cellsOf = (rowsAt, tolerance = TOLERANCE) =>
    LENGTHS.map((length) => {
      const { among, different, found } = detectionOf(rowsAt(length), length, tolerance)
      return `${found} of ${different} (${percent(found, different)}), among ${among}`
    })
  for (const { name } of ATTACKS) {
    const [cells, byEqual] = [TOLERANCE, EQUAL].map((tolerance) => cellsOf(() => rows.of(name), tolerance))
    lines.push(line([short(name), ...cells]))
    if (byEqual.join() !== cells.join()) {
      lines.push(line(['the same, read by an equal engine', ...byEqual]))
    }
  }
  for (const { name } of PLACES) {
    lines.push(line([name, ...cellsOf((length) => rows.of(`${name} ${length}`))]))
  }
  const cut = LENGTHS.map((length) => {
    const answers = rows.of(`${CUT} ${length}`)
    const found = answers.filter(({ reason }) => reason === 'ending').length
    return `${found} of ${answers.length} (${percent(found, answers.length)})`
  })
  return [...lines, line([CUT, ...cut])]
}

function miners() {
  const lines = head(['writer', 'its logits', 'answers refuted', 'miners refuted over 1,000 tokens', 'and ejected'])
  for (const name of OTHERS) {
    const answers = rows.of(`${name} for ${REFERENCE}`)
    for (const [told, observe] of [
      ['right ones', fromTokens(TOLERANCE)],
      ['right ones, read by an equal engine', fromTokens(EQUAL)],
      ['its own', fromAll(TOLERANCE)]
    ]) {
      const refuted = answers.filter((row) => observe(row) === 'contradicts').length
      const { ejected, of, suspect } = accumulation(answers, observe)
      const cells = [percent(refuted, answers.length), percent(suspect, of), percent(ejected, of)]
      lines.push(line([short(name), told, `${cells[0]} of ${answers.length}`, `${cells[1]} of ${of}`, cells[2]]))
    }
  }
  return lines
}

function honestTable() {
  const lines = head([
    'model',
    'writer',
    'equal answers',
    'largest gap',
    'told logits',
    'doubtful',
    'false alarms',
    'exact windows'
  ])
  const all = []
  for (const name of MODELS) {
    for (const writer of WRITERS) {
      const tolerance = toleranceOf(name, writer)
      const answers = rows.of(caseOf(name, writer))
      const beyond = (factor) => answers.filter((row) => isBeyond(row, tolerance, factor)).length
      all.push(...answers.map((row) => ({ ...row, isFalse: isBeyond(row, tolerance, 2) })))
      const equal = writer === BASE ? '' : `${answers.filter((row) => row.equal).length} of ${answers.length}`
      const distances = ['maxGap', 'maxTold'].map((key) => Number(largest(answers, key).toPrecision(2)))
      const windows = rows.of(canonicalCaseOf(name, writer))
      const exact = `${sum(windows.map((row) => row.exact))} of ${sum(windows.map((row) => row.windows))}`
      lines.push(line([short(name), writer, equal, ...distances, beyond(1), `${beyond(2)} of ${answers.length}`, exact]))
    }
  }
  const falseAlarms = all.filter(({ isFalse }) => isFalse).length
  const tokens = sum(all.map((row) => row.tokens))
  const bound = falseAlarms === 0 ? `, so that at most ${((100 * 3) / all.length).toFixed(3)} % are (95 %)` : ''
  return [
    ...lines,
    '',
    `${falseAlarms} false alarms in ${all.length.toLocaleString('en-US')} answers of ${tokens.toLocaleString('en-US')} tokens${bound}.`
  ]
}

const honest = rows.of('honest')
const told = ({ gap, logit }) => `${gap} and ${logit}`
console.log(`Tolerances of F16: ${told(TOLERANCE)}; of equal engines: ${told(EQUAL)}\n`)
console.log(attackTable().join('\n'))
console.log(
  `\nHonest: ${honest.length} answers, ${honest.filter((row) => firstPast(row, EQUAL, 1) >= 0).length} doubtful, largest gap ${largestGap(honest)}\n`
)
console.log(miners().join('\n'))
console.log(`\n${honestTable().join('\n')}`)
