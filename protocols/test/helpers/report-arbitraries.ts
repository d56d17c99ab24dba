import type { SessionId } from '@cortensor/interface'
import * as wire from '@cortensor/protocols'
import fc from 'fast-check'
import { completionTokens, promptTokens, taskId } from './message-arbitraries.js'
import { address, amount, blob, cid, count, epoch, hex32, id, int, networkId, nodeId, rising, text } from './values.js'

const category = fc.constantFrom(...wire.QUIZ_CATEGORIES)
const score = fc.record({
  category,
  asked: int(0, 72),
  correct: int(0, 72),
  abilityMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI)
})
const throughput = fc
  .record({ answered: int(0, wire.MAX_THROUGHPUT_TOKENS), wrong: int(0, 500) })
  .map(({ answered, wrong }) => ({ answeredTokens: answered, rightTokens: Math.max(0, answered - wrong) }))
const outcome = fc.record({
  roundId: id<wire.QuizOutcome['roundId']>(),
  miner: nodeId,
  model: fc.option(id<wire.ReportedResult['model']>()),
  status: fc.constantFrom<wire.OutcomeStatus>('scored', 'no_reveal', 'false_reveal', 'late', 'malformed'),
  scores: fc
    .uniqueArray(score, { maxLength: 3, selector: (value) => value.category })
    .map((scores) => scores.map((value) => ({ ...value, correct: Math.min(value.asked, value.correct) }))),
  throughput: fc.option(throughput),
  agreement: fc.option(
    fc.record({ verdict: fc.constantFrom(...wire.AGREEMENT_VERDICTS), similarityMicro: int(0, wire.MAX_SIMILARITY_MICRO) })
  ),
  shown: fc.option(fc.record({ transcript: cid, count: int(1, wire.MAX_ROUND_ITEMS), digest: hex32, salt: hex32 }))
})
const judged = fc.uniqueArray(nodeId, { minLength: 1, maxLength: 3 })
const skillRow = fc.record({
  category,
  meanMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
  sdMilli: int(1, wire.MAX_SKILL_MILLI),
  epoch,
  priorMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
  items: count
})
const sectionRef = fc.record({
  rows: int(0, wire.MAX_SECTION_ROWS),
  bytes: int(0, Math.floor(wire.MAX_REPORT_BYTES / wire.SECTION_NAMES.length)),
  chunks: fc.array(cid, { maxLength: 3 })
})
export const reportRoot = fc.record({
  version: fc.constant(1 as const),
  networkId,
  config: hex32,
  epoch,
  prev: hex32,
  prevReport: fc.option(cid),
  anchor: fc.record({ number: count, hash: hex32 }),
  draw: fc.option(fc.record({ number: count, hash: hex32 })),
  funding: fc.record({ funded: amount, maxRewardPerSecond: amount, genesisMs: count }),
  cutoffMs: count,
  paidMs: count,
  excluded: count,
  resultsRoot: hex32,
  rewardsRoot: hex32,
  totals: fc.record({ results: count, rewards: amount }),
  sections: fc.record(
    Object.fromEntries(wire.SECTION_NAMES.map((name) => [name, sectionRef])) as Record<wire.SectionName, typeof sectionRef>
  )
})

export const result = fc.record({
  ...{ taskId, router: nodeId, miner: nodeId, model: id<wire.ReportedResult['model']>(), transcript: cid },
  ...{ promptTokens, completionTokens, session: id<SessionId>(), fee: amount }
})
const answer = fc.record({
  ...{ subject: taskId, miner: nodeId, model: id<wire.ReportedResult['model']>(), transcript: cid },
  source: fc.oneof(
    fc.record({ type: fc.constant('task' as const), router: nodeId, promptTokens, completionTokens }),
    fc.record({ type: fc.constant('quiz' as const), count: int(1, wire.MAX_ROUND_ITEMS), digest: hex32, salt: hex32 })
  ),
  ...{ session: id<SessionId>(), fee: amount }
})
const votes = fc.uniqueArray(
  fc.record({
    auditor: nodeId,
    vote: fc.constantFrom(...wire.AUDIT_VOTES, 'missing' as const, 'unproved' as const, 'untold' as const)
  }),
  {
    maxLength: 3,
    selector: ({ auditor }) => auditor
  }
)

const rows = <T>(row: fc.Arbitrary<T>, keyOf: (row: T) => string) => rising(row, keyOf).filter(({ length }) => length > 0)

/** At least one row of every section. */
export const SECTION_ROWS: { [Name in wire.SectionName]: fc.Arbitrary<wire.SectionRow[Name][]> } = {
  observations: fc.array(blob(200), { minLength: 1, maxLength: 4 }),
  registrations: rows(
    fc.record({ operator: address, node: nodeId, roles: int(0, 7) }),
    ({ operator, node }) => `${operator}/${node}`
  ),
  results: rows(result, ({ taskId, miner }) => `${taskId}/${miner}`),
  failures: rows(fc.record({ taskId, router: nodeId, miner: nodeId }), (row) => `${row.taskId}/${row.miner}`),
  audits: rows(
    fc.record({
      ...{ subject: taskId, type: fc.constantFrom('task' as const, 'quiz' as const) },
      ...{ miner: nodeId, session: id<SessionId>(), fee: amount, tokens: completionTokens },
      verdict: fc.constantFrom(
        'valid' as const,
        'invalid' as const,
        'inconclusive' as const,
        'unaudited' as const,
        'withheld' as const
      ),
      isPlanted: fc.boolean(),
      window: fc.option(int(0, 1_023)),
      isExact: fc.boolean(),
      votes
    }),
    ({ subject, miner }) => `${subject}/${miner}`
  ),
  pending: rows(
    fc
      .tuple(
        answer,
        fc.record({
          epoch,
          round: fc.constantFrom(0 as const, 1 as const),
          auditors: fc.uniqueArray(nodeId, { maxLength: 3 }),
          drawnMs: count,
          isPlanted: fc.boolean(),
          earlier: votes.map((all) => all.map((vote) => ({ ...vote, sample: new Uint8Array(8) })))
        })
      )
      .map(([reported, audit]) => ({ ...reported, ...audit })),
    ({ subject, miner }) => `${subject}/${miner}`
  ),
  honesty: rows(
    fc.record({
      ...{ node: nodeId, checks: count, contradictions: count, verifiedTokens: count, evidence: amount, plants: count },
      isUnseated: fc.boolean(),
      isEjected: fc.boolean()
    }),
    ({ node }) => node
  ),
  commissions: rows(
    fc.record({
      ...{ epoch, node: nodeId, rank: int(0, wire.MAX_AUTHOR_SEATS - 1) },
      stage: fc.constantFrom(...wire.AUTHOR_STAGES)
    }),
    ({ epoch: of, rank, stage }) => `${String(of).padStart(16, '0')}/${stage}/${String(rank).padStart(3, '0')}`
  ),
  authored: rows(
    fc.record({
      ...{ epoch, roundId: id<wire.QuizOutcome['roundId']>(), creator: nodeId, preparer: nodeId, category },
      topic: text(wire.MAX_TOPIC_NAME_BYTES, 1),
      subTopic: text(wire.MAX_SUB_TOPIC_BYTES, 1),
      isAccepted: fc.boolean()
    }),
    ({ epoch: of, roundId }) => `${String(of).padStart(16, '0')}/${roundId}`
  ),
  panels: rows(
    fc.record({
      ...{
        roundId: id<wire.QuizOutcome['roundId']>(),
        epoch,
        drawnMs: count,
        seed: hex32,
        question: text(wire.MAX_QUESTION_BYTES)
      },
      answers: fc.array(fc.record({ text: text(wire.MAX_ANSWER_TEXT_BYTES), nodes: judged }), {
        maxLength: wire.MAX_JUDGED_ANSWERS
      }),
      judges: fc.uniqueArray(nodeId, { maxLength: 3 }),
      tried: fc.uniqueArray(nodeId, { maxLength: 3 })
    }),
    ({ roundId }) => roundId
  ),
  judges: rows(
    fc
      .record({
        ...{ node: nodeId, model: id<wire.ReportedResult['model']>(), rubric: int(1, 9), epoch },
        ...{ asked: int(0, wire.MAX_JUDGE_PAIRS), right: int(0, wire.MAX_JUDGE_PAIRS) }
      })
      .map((row) => ({ ...row, right: Math.min(row.asked, row.right) })),
    ({ node }) => node
  ),
  opinions: rows(
    fc.record({
      roundId: id<wire.QuizOutcome['roundId']>(),
      answers: fc.array(fc.record({ nodes: judged, scoreMilli: fc.option(int(-1_000, 1_000)) }), {
        maxLength: wire.MAX_JUDGED_ANSWERS
      }),
      ballots: fc.uniqueArray(
        fc.record({
          ...{ node: nodeId, isSeated: fc.boolean(), model: fc.option(id<wire.ReportedResult['model']>()) },
          status: fc.constantFrom<wire.BallotStatus>('counted', 'silent', 'late', 'malformed'),
          ...{ right: int(0, wire.CALIBRATION_PAIRS), turned: int(0, wire.MAX_BALLOT_REPLIES / 2) },
          shown: fc.option(fc.record({ transcript: cid, count: int(1, wire.MAX_BALLOT_REPLIES), digest: hex32, salt: hex32 }))
        }),
        { maxLength: 3, selector: ({ node }) => node }
      )
    }),
    ({ roundId }) => roundId
  ),
  slashings: rows(
    fc.record({ operator: address, node: nodeId, subject: taskId, window: int(0, 1_023) }),
    ({ node, operator }) => `${operator}/${node}`
  ),
  outcomes: rows(outcome, ({ roundId, miner }) => `${roundId}/${miner}`),
  rewards: rows(
    fc.record({ node: nodeId, operator: address, base: amount, quiz: amount, work: amount }),
    ({ node, operator }) => `${node}/${operator}`
  ),
  exclusions: rows(fc.record({ item: id<string>(), reason: fc.constantFrom(...wire.EXCLUSION_REASONS) }), ({ item }) => item),
  bindings: rows(fc.record({ node: nodeId, operator: address }), ({ node }) => node),
  cumulative: rows(fc.record({ operator: address, amount }), ({ operator }) => operator),
  skills: rows(
    fc.record({
      node: nodeId,
      model: fc.option(id<wire.ReportedResult['model']>()),
      skills: fc.uniqueArray(skillRow, {
        minLength: 1,
        maxLength: 3,
        selector: (value) => value.category
      })
    }),
    ({ node }) => node
  ).map((nodes) => nodes.map(({ node, model, skills }) => skills.map((value) => ({ node, model, ...value })))),
  reputations: rows(
    fc.record({
      node: nodeId,
      epoch,
      rounds: count,
      stages: fc
        .uniqueArray(
          fc.record({ stage: fc.constantFrom(...wire.REPUTATION_STAGES), entered: int(1, 90_000), succeeded: int(0, 90_000) }),
          {
            selector: ({ stage }) => stage
          }
        )
        .map((counts) =>
          Object.fromEntries(
            counts.map(({ entered, stage, succeeded }) => [stage, { entered, succeeded: Math.min(entered, succeeded) }])
          )
        )
    }),
    ({ node }) => node
  ),
  throughputs: rows(
    fc
      .tuple(fc.record({ node: nodeId, epoch, games: int(1, 1_000_000) }), throughput)
      .map(([row, value]) => ({ ...row, ...value })),
    ({ node }) => node
  ),
  calibrations: rows(
    fc.record({
      category,
      template: fc.stringMatching(/^[a-z-]{1,64}$/),
      offsetMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
      sdMilli: int(1, wire.MAX_SKILL_MILLI),
      answers: int(1, 1_000_000)
    }),
    ({ category, template }) => `${category}/${template}`
  ),
  consumed: rows(
    fc.record({ key: id<string>(), expiryMs: count }),
    ({ key, expiryMs }) => `${String(expiryMs).padStart(16, '0')}/${key}`
  ),
  sessions: rows(
    fc.record({
      session: id<SessionId>(),
      routers: fc.uniqueArray(nodeId, { maxLength: 3 }),
      model: fc.option(id<wire.ReportedResult['model']>()),
      maxPrice: amount,
      balance: amount,
      paid: amount,
      lastEpoch: fc.option(epoch)
    }),
    ({ session }) => session
  ),
  settlements: rows(
    fc.record({ session: id<SessionId>(), spent: amount, final: amount, credited: amount }),
    ({ session }) => session
  ),
  dues: rows(
    fc.record({ session: id<SessionId>(), node: nodeId, operator: address, amount }),
    ({ session, node, operator }) => `${session}/${node}/${operator}`
  )
}
