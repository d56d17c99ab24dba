// Rows as figures: what a replay finds of each attack, and what it makes of honest answers.
import { createSequentialTest, defaultTolerance, observationOf } from '@cortensor/proofs'
import { sum } from '../lib/stats.mjs'
import { figure } from '../lib/table.mjs'
import { builtin } from './answers.mjs'
import { ATTACKS, CUT, LENGTHS, OTHERS, PLACES, REFERENCE, TOLERANCE } from './attacks.mjs'
import { BASE, canonicalCaseOf, caseOf, WRITERS } from './honesty.mjs'

const ACCUMULATED_TOKENS = 1000
const percent = (part, whole) => (whole === 0 ? null : (100 * part) / whole)
const isWithin = (place, length) => place >= 0 && place < length
export const largest = (rows, key) => rows.reduce((most, row) => Math.max(most, row[key]), 0)

/** Of the answers whose first so many tokens differ from the honest one's: those that one of these tokens contradicts. */
export function detectionOf(rows, length) {
  const different = rows.filter(({ apart }) => apart !== null && isWithin(apart, length))
  return {
    among: rows.filter(({ apart, tokens }) => apart !== null && tokens >= length).length,
    different: different.length,
    found: different.filter(({ contradicts }) => isWithin(contradicts, length)).length
  }
}

function detection(name, rows, length) {
  const { among, different, found } = detectionOf(rows, length)
  const label = `${name}, ${length} tokens: found ${found} of ${different} that differ among ${among}`
  return figure(label, percent(found, different), '%')
}

/** Answers one after the other, as so many miners show them that have answered with so many tokens each. */
function miners(rows) {
  const groups = []
  let group = []
  for (const row of rows) {
    group.push(row)
    if (sum(group.map(({ tokens }) => tokens)) >= ACCUMULATED_TOKENS) {
      groups.push(group)
      group = []
    }
  }
  return groups
}

const seen = (isContradicted, isDoubtful) =>
  isContradicted
    ? observationOf('invalid', false)
    : isDoubtful
      ? observationOf('inconclusive', true)
      : observationOf('valid', false)

/** What a reader concludes from the tokens alone, and from the told logits too. */
export const fromTokens = ({ contradicts, doubtful }) => seen(contradicts >= 0, doubtful >= 0)
export const fromAll = ({ contradicts, doubtful, maxTold }) =>
  seen(contradicts >= 0 || maxTold > 2 * TOLERANCE.logit, doubtful >= 0 || maxTold > TOLERANCE.logit)

/** Of miners that answer like this: how many have an answer refuted, and are ejected by the sequential test. */
export function accumulation(rows, observe) {
  const test = createSequentialTest()
  const observed = miners(rows).map((group) => group.map(observe))
  return {
    of: observed.length,
    suspect: observed.filter((observations) => observations.includes('contradicts')).length,
    ejected: observed.filter((each) => each.reduce((state, one) => test.observe(state, one), test.start).isEjected).length
  }
}

function accumulated(name, rows, observe) {
  const { ejected, of, suspect } = accumulation(rows, observe)
  const over = `over ${ACCUMULATED_TOKENS} tokens, of ${of}`
  return [
    figure(`${name}: miners with an answer refuted ${over}`, percent(suspect, of), '%'),
    figure(`${name}: miners ejected by the sequential test ${over}`, percent(ejected, of), '%')
  ]
}

export function attackFigures(rows) {
  const honest = rows.of('honest')
  const figures = [
    figure('honest: answers with a doubtful token', honest.filter(({ doubtful }) => doubtful >= 0).length, `of ${honest.length}`),
    figure('honest: largest gap', largest(honest, 'maxGap'), `logit, tolerance ${TOLERANCE.gap}`),
    figure('honest: tokens', sum(honest.map(({ tokens }) => tokens)), 'tokens')
  ]
  for (const { name } of ATTACKS) {
    figures.push(...LENGTHS.map((length) => detection(name, rows.of(name), length)))
  }
  for (const { name } of PLACES) {
    figures.push(...LENGTHS.map((length) => detection(name, rows.of(`${name} ${length}`), length)))
  }
  for (const length of LENGTHS) {
    const cut = rows.of(`${CUT} ${length}`)
    const found = cut.filter(({ reason, verdict }) => verdict === 'invalid' && reason === 'ending').length
    figures.push(figure(`${CUT} to ${length} tokens: found ${found} of ${cut.length}`, percent(found, cut.length), '%'))
  }
  for (const name of OTHERS) {
    const cheat = rows.of(`${name} for ${REFERENCE}`)
    const told = cheat.filter((row) => fromAll(row) === 'contradicts').length
    figures.push(
      figure(`${name}, its own logits told: found ${told} of ${cheat.length}`, percent(told, cheat.length), '%'),
      ...accumulated(`${name}, right logits told`, cheat, fromTokens),
      ...accumulated(`${name}, its own logits told`, cheat, fromAll)
    )
  }
  return figures
}

/** Too short to prove a model is no fault; every other reason is one that no tolerance excuses. */
export const isBeyond = ({ maxGap, maxTold, reason }, { gap, logit }, factor) =>
  maxGap > factor * gap || maxTold > factor * logit || (reason !== null && reason !== 'short')

export function honestyFigures(rows, names) {
  const figures = []
  const all = []
  let falseAlarms = 0
  for (const name of names) {
    const tolerance = defaultTolerance(builtin(name).quantisation, false)
    for (const writer of WRITERS) {
      const label = caseOf(name, writer)
      const answers = rows.of(label)
      const canonical = rows.of(canonicalCaseOf(name, writer))
      const windows = sum(canonical.map((row) => row.windows))
      falseAlarms += answers.filter((row) => isBeyond(row, tolerance, 2)).length
      all.push(...answers)
      figures.push(
        ...(writer === BASE
          ? []
          : [figure(`${label}: equal answers`, answers.filter(({ equal }) => equal).length, `of ${answers.length}`)]),
        figure(`${label}: largest gap`, largest(answers, 'maxGap'), `logit, tolerance ${tolerance.gap}`),
        figure(
          `${label}: largest difference of a told logit`,
          largest(answers, 'maxTold'),
          `logit, tolerance ${tolerance.logit}`
        ),
        figure(`${label}: doubtful`, answers.filter((row) => isBeyond(row, tolerance, 1)).length, `of ${answers.length}`),
        figure(`${label}: false alarms`, answers.filter((row) => isBeyond(row, tolerance, 2)).length, `of ${answers.length}`),
        figure(`${label}: canonical windows that are equal to the bit`, sum(canonical.map((row) => row.exact)), `of ${windows}`)
      )
    }
  }
  figures.push(
    figure('all honest answers: tokens', sum(all.map(({ tokens }) => tokens)), 'tokens'),
    figure('all honest answers: false alarms', falseAlarms, `of ${all.length}`),
    // The rule of three: what happened never in n tries has at most a chance of 3/n, with 95 % confidence.
    figure('all honest answers: false alarms at most', falseAlarms > 0 ? null : percent(3, all.length), '%')
  )
  return figures
}
