import { PUBLIC_PARAMS } from '@cortensor/config'
import type { Hex32, NodeId } from '@cortensor/interface'
import type { AuditOutcome, NodeHonesty } from '@cortensor/protocols'
import { isDrawn, updateHonesty } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

/** What audits cost and find, by the rules that reports follow. */
export interface AuditFigures {
  /** Audited tokens by served ones, of a miner that has served so many. */
  audited: { served: number; ofAll: number; now: number }[]
  /** Of miners that answer honestly for long and then cheat: refuted and ejected within so many false answers. */
  caught: { answers: number; refuted: number; ejected: number; computed: number }[]
  miners: number
}

const NODE = '12D3KooWFigures' as NodeId
const { minRateBps } = PUBLIC_PARAMS.audit
/** What reading costs of writing, for answers of 64 tokens of a built-in model: docs/proof-of-inference.md; less for longer ones. */
export const READING_SHARE = 0.25
/** As long as those of the built-in models. */
const ANSWER_TOKENS = 85
const FRACTION = 2 ** 48
const MILESTONES = [10_000, 100_000, 400_000, 1_000_000]
const MOST_CHEATED = 100
const CHEATED = [20, 50, MOST_CHEATED]

/** The rules look at these fields and at no other. */
const audit = (verdict: 'valid' | 'invalid'): AuditOutcome =>
  ({ miner: NODE, verdict, tokens: ANSWER_TOKENS, isPlanted: false, votes: [], subject: '0' as Hex32 }) as unknown as AuditOutcome

/** How many of all fractions the draw takes, found by halving. */
function rateAfter(verifiedTokens: number): number {
  let [drawn, spared] = [0, FRACTION]
  while (spared - drawn > 1) {
    const middle = Math.floor((drawn + spared) / 2)
    if (isDrawn(BigInt(middle), verifiedTokens, PUBLIC_PARAMS.audit)) {
      drawn = middle
    } else {
      spared = middle
    }
  }
  return spared / FRACTION
}

/** The chance that one of so many false answers of an established miner is audited and found. */
export const chanceToCatch = (answers: number, detection: number): number =>
  1 - (1 - (minRateBps / 10_000) * detection) ** answers

/** Share of a network's computing that audits take: each by so many auditors, who read an answer for a share of what writing it costs. */
export const auditLoad = (rate: number, readingShare: number): number => rate * PUBLIC_PARAMS.audit.auditors * readingShare

/** Miners one answer after the other, with the real draw and the real account of what audits find. */
export function auditFigures(miners: number, detection: number): AuditFigures {
  const rng = createSeededRng('audit-figures')
  const audited = MILESTONES.map((served) => ({ served, ofAll: 0, now: 0 }))
  const caught = CHEATED.map((answers) => ({ answers, refuted: 0, ejected: 0, computed: chanceToCatch(answers, detection) }))
  for (let miner = 0; miner < miners; miner++) {
    let rows: NodeHonesty[] = []
    const verified = (): number => rows[0]?.verifiedTokens ?? 0
    /** One more answer; tells whether it was audited. */
    const serve = (isFalse: boolean): boolean => {
      const drawn = isDrawn(BigInt(rng.int(0, FRACTION - 1)), verified(), PUBLIC_PARAMS.audit)
      if (drawn) {
        rows = updateHonesty(rows, [audit(isFalse && rng.next() < detection ? 'invalid' : 'valid')])
      }
      return drawn
    }
    let [served, checked] = [0, 0]
    for (const milestone of audited) {
      for (; served < milestone.served; served += ANSWER_TOKENS) {
        checked += serve(false) ? ANSWER_TOKENS : 0
      }
      milestone.ofAll += checked / served / miners
      milestone.now += rateAfter(verified()) / miners
    }
    let [firstRefuted, ejected] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    const contradictions = (): number => rows[0]?.contradictions ?? 0
    const isEjected = (): boolean => rows[0]?.isEjected ?? false
    for (let answer = 1; answer <= MOST_CHEATED && !isEjected(); answer++) {
      serve(true)
      firstRefuted = contradictions() > 0 ? Math.min(firstRefuted, answer) : firstRefuted
      ejected = isEjected() ? answer : ejected
    }
    for (const each of caught) {
      each.refuted += (firstRefuted <= each.answers ? 1 : 0) / miners
      each.ejected += (ejected <= each.answers ? 1 : 0) / miners
    }
  }
  return { audited, caught, miners }
}
