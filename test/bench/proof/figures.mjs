// Rows as figures: what a replay finds of each attack, and what it makes of honest answers.
import { createSequentialTest, observationOf } from '@cortensor/proofs'
import { sum } from '../lib/stats.mjs'
import { figure } from '../lib/table.mjs'
import { ATTACKS, CUT, EQUAL, LENGTHS, OTHERS, PLACES, REFERENCE, TOLERANCE } from './attacks.mjs'
import { BASE, canonicalCaseOf, caseOf, toleranceOf, WRITERS } from './honesty.mjs'

const ACCUMULATED_TOKENS = 1000
const percent = (part, whole) => (whole === 0 ? null : (100 * part) / whole)
const isWithin = (place, length) => place >= 0 && place < length
export const largest = (rows, key) => rows.reduce((most, row) => Math.max(most, row[key]), 0)

/** First position whose token is so many times the tolerance from the drawn one; -1 for none. */
export const firstPast = ({ gaps }, { gap }, factor) => gaps.find(([, size]) => size > factor * gap)?.[0] ?? -1
export const largestGap = (rows) => Math.max(0, ...rows.flatMap(({ gaps }) => gaps.map(([, size]) => size)))

/** Of the answers whose first so many tokens differ from the honest one's: those that one of these tokens contradicts. */
export function detectionOf(rows, length, tolerance) {
  const different = rows.filter(({ apart }) => apart !== null && isWithin(apart, length))
  return {
    among: rows.filter(({ apart, tokens }) => apart !== null && tokens >= length).length,
    different: different.length,
    found: different.filter((row) => isWithin(firstPast(row, tolerance, 2), length)).length
  }
}

function detection(name, rows, length, tolerance) {
  const { among, different, found } = detectionOf(rows, length, tolerance)
  const by = tolerance === EQUAL ? ', by an equal engine' : ''
  const label = `${name}${by}, ${length} tokens: found ${found} of ${different} that differ among ${among}`
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
export const fromTokens = (tolerance) => (row) => seen(firstPast(row, tolerance, 2) >= 0, firstPast(row, tolerance, 1) >= 0)
export const fromAll = (tolerance) => (row) =>
  seen(
    firstPast(row, tolerance, 2) >= 0 || row.maxTold > 2 * tolerance.logit,
    firstPast(row, tolerance, 1) >= 0 || row.maxTold > tolerance.logit
  )

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
    figure(
      'honest: answers with a doubtful token',
      honest.filter((row) => firstPast(row, EQUAL, 1) >= 0).length,
      `of ${honest.length}`
    ),
    figure('honest: largest gap', largestGap(honest), `logit, tolerance ${EQUAL.gap}`),
    figure('honest: tokens', sum(honest.map(({ tokens }) => tokens)), 'tokens')
  ]
  for (const { name } of ATTACKS) {
    for (const tolerance of [TOLERANCE, EQUAL]) {
      figures.push(...LENGTHS.map((length) => detection(name, rows.of(name), length, tolerance)))
    }
  }
  for (const { name } of PLACES) {
    figures.push(...LENGTHS.map((length) => detection(name, rows.of(`${name} ${length}`), length, TOLERANCE)))
  }
  for (const length of LENGTHS) {
    const cut = rows.of(`${CUT} ${length}`)
    const found = cut.filter(({ reason, verdict }) => verdict === 'invalid' && reason === 'ending').length
    figures.push(figure(`${CUT} to ${length} tokens: found ${found} of ${cut.length}`, percent(found, cut.length), '%'))
  }
  for (const name of OTHERS) {
    const cheat = rows.of(`${name} for ${REFERENCE}`)
    const told = cheat.filter((row) => fromAll(TOLERANCE)(row) === 'contradicts').length
    figures.push(
      figure(`${name}, its own logits told: found ${told} of ${cheat.length}`, percent(told, cheat.length), '%'),
      ...accumulated(`${name}, right logits told`, cheat, fromTokens(TOLERANCE)),
      ...accumulated(`${name}, right logits told, by an equal engine`, cheat, fromTokens(EQUAL)),
      ...accumulated(`${name}, its own logits told`, cheat, fromAll(TOLERANCE))
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
    for (const writer of WRITERS) {
      const tolerance = toleranceOf(name, writer)
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
