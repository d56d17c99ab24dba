import { bytesToHex32, cidFromHash, publicKeyToNodeId, sha256 } from '@cortensor/crypto'
import type { Address, EpochNumber, ModelId, NetworkId, RoundId, SessionId, TaskId } from '@cortensor/interface'
import { auditedAnswers, MAX_MEASURES, QUIZ_CATEGORIES, type Report } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'

export interface LargeReportInit {
  nodes: number
  results: number
  /** Items that could still be replayed. */
  consumed: number
  oracles: number
}

const hash = (label: string): Uint8Array => sha256(utf8ToBytes(label))
const times = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))

/** A report as a network of this size would make it: every node was quizzed and paid, every oracle measured every node. */
export function largeReport(init: LargeReportInit): Report {
  const nodes = times(init.nodes, (i) => publicKeyToNodeId(hash(`node ${i}`))).sort()
  const operators = times(init.nodes, (i) => `0x${bytesToHex(hash(`operator ${i}`).subarray(0, 20))}` as Address).sort()
  const model = bytesToHex(hash('model')) as ModelId
  const cutoffMs = 1_767_225_600_000
  const session = '01'.padStart(64, '0') as SessionId
  /** 44 bytes a measure and some 300 for the rest, as an OBSERVE takes. */
  const observation = new Uint8Array(300 + 44 * Math.min(init.nodes, MAX_MEASURES)).fill(7)
  const results = times(init.results, (i) => ({ taskId: bytesToHex(hash(`task ${i}`)) as TaskId, i }))
    .sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
    .map(({ taskId, i }) => ({
      taskId,
      router: nodes[0]!,
      miner: nodes[i % init.nodes]!,
      model,
      transcript: cidFromHash(hash(`transcript ${i}`)),
      promptTokens: 300 + i,
      completionTokens: 400,
      session,
      fee: 800n
    }))
  const outcomes = nodes.map((miner) => ({
    roundId: bytesToHex(hash('round')) as RoundId,
    miner,
    model,
    status: 'scored' as const,
    scores: QUIZ_CATEGORIES.slice(0, 3).map((category) => ({ category, asked: 2, correct: 1, abilityMilli: 321 })),
    throughput: null,
    agreement: null,
    shown: {
      transcript: cidFromHash(hash('quiz transcript')),
      count: 6,
      digest: bytesToHex32(hash('answers')),
      salt: bytesToHex32(hash('salt'))
    }
  }))
  return {
    version: 1,
    networkId: '0123456789abcdef' as NetworkId,
    config: bytesToHex32(hash('config')),
    epoch: 1_000 as EpochNumber,
    prev: bytesToHex32(hash('prev')),
    prevReport: cidFromHash(hash('prev report')),
    observations: times(init.oracles, () => observation),
    anchor: {
      block: { number: 1_000_000, hash: bytesToHex32(hash('block')) },
      draw: { number: 1_000_003, hash: bytesToHex32(hash('draw')) },
      registrations: operators.map((operator, i) => ({ operator, node: nodes[i]!, roles: 1 })),
      sessions: [
        {
          ...{ session, routers: nodes.slice(0, 1), model: null, maxPrice: 2_000_000n, balance: 10n ** 12n, paid: 0n },
          lastEpoch: null
        }
      ],
      funding: { funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n, genesisMs: cutoffMs - 1_000_000 }
    },
    paidMs: 60_000,
    results,
    outcomes,
    opinions: [
      {
        roundId: bytesToHex(hash('asked')) as RoundId,
        answers: [{ nodes: nodes.slice(0, 8), scoreMilli: 333 }],
        ballots: nodes.slice(0, 5).map((node) => ({
          ...{ node, isSeated: true, status: 'silent' as const, model: null, right: 0, turned: 0, shown: null }
        }))
      }
    ],
    failures: results.slice(0, 2).map(({ miner, router, taskId }) => ({ taskId, router, miner })),
    audits: results.slice(0, 4).map(({ completionTokens, fee, miner, taskId }) => ({
      ...{
        subject: taskId,
        type: 'task' as const,
        miner,
        session,
        fee,
        tokens: completionTokens,
        verdict: 'valid' as const,
        isPlanted: false,
        window: null,
        isExact: false
      },
      votes: [{ auditor: nodes[0]!, vote: 'valid' as const }]
    })),
    rewards: nodes.map((node, i) => ({
      node,
      operator: operators[i]!,
      base: 14_400n,
      quiz: 19_200n + BigInt(i),
      work: 14_400n
    })),
    exclusions: times(10, (i) => bytesToHex(hash(`excluded ${i}`)))
      .sort()
      .map((item) => ({ item, reason: 'mismatch' as const })),
    excluded: 10,
    resultsRoot: bytesToHex32(hash('results')),
    rewardsRoot: bytesToHex32(hash('rewards')),
    totals: { results: init.results, rewards: 1_000_000_000_000n },
    state: {
      epoch: 1_000 as EpochNumber,
      cutoffMs,
      bindings: nodes.map((node, i) => ({ node, operator: operators[i]! })),
      cumulative: operators.map((operator) => ({ operator, amount: 48_000_000_000n })),
      skills: nodes.flatMap((node) =>
        QUIZ_CATEGORIES.map((category) => ({
          node,
          model: bytesToHex(hash('model')) as ModelId,
          category,
          meanMilli: -1_234,
          sdMilli: 345,
          epoch: 990 as EpochNumber,
          priorMilli: -1_250,
          items: 1_000
        }))
      ),
      reputations: nodes.map((node) => ({
        node,
        epoch: 990 as EpochNumber,
        rounds: 5_000,
        stages: { precommit: { entered: 90_000, succeeded: 89_000 }, reveal: { entered: 90_000, succeeded: 90_000 } }
      })),
      throughputs: nodes.map((node) => ({
        ...{ node, epoch: 990 as EpochNumber, games: 2_000, answeredTokens: 1_700, rightTokens: 1_200 }
      })),
      calibrations: QUIZ_CATEGORIES.toSorted().flatMap((category) =>
        ['a', 'b', 'c', 'd', 'e'].map((template) => ({ category, template, offsetMilli: -120, sdMilli: 75, answers: 900 }))
      ),
      consumed: times(init.consumed, (i) => bytesToHex(hash(`consumed ${i}`)))
        .sort()
        .map((key, i) => ({ key, expiryMs: cutoffMs + i * 5 })),
      settlements: [
        {
          ...{ session, spent: 800n * BigInt(init.results) + 800n, final: 0n, credited: 0n },
          dues: nodes.map((node, i) => ({ node, operator: operators[i]!, amount: 800n }))
        }
      ],
      reported: auditedAnswers({ results, outcomes, opinions: [] }),
      pending: auditedAnswers({ results: results.slice(0, 4), outcomes: [], opinions: [] }).map((answer) => ({
        ...{ ...answer, epoch: 999 as EpochNumber, round: 0 as const, auditors: nodes.slice(0, 2), drawnMs: cutoffMs },
        isPlanted: false,
        earlier: []
      })),
      honesty: nodes.map((node) => ({
        ...{
          node,
          checks: 9,
          contradictions: 0,
          verifiedTokens: 900,
          evidence: 9n,
          plants: 0,
          isUnseated: false,
          isEjected: false
        }
      })),
      commissions: nodes.slice(0, 4).map((node, rank) => ({ epoch: 8 as EpochNumber, stage: 'create' as const, rank, node })),
      authored: nodes.slice(0, 3).map((node, i) => ({
        ...{
          epoch: (5 + i) as EpochNumber,
          roundId: bytesToHex(hash(`round ${i}`)) as RoundId,
          creator: node,
          preparer: node,
          category: 'facts' as const
        },
        ...{ topic: 'what a capital is', subTopic: `city ${i}`, isAccepted: true }
      })),
      panels: [
        {
          ...{
            roundId: bytesToHex(hash('judged')) as RoundId,
            epoch: 8 as EpochNumber,
            drawnMs: cutoffMs,
            seed: bytesToHex32(hash('seed'))
          },
          question: 'Tell me about Vienna.',
          answers: times(4, (i) => ({ text: 'x'.repeat(1_024), nodes: nodes.slice(8 * i, 8 * i + 8) })).filter(
            ({ nodes: own }) => own.length > 0
          ),
          judges: nodes.slice(0, 5),
          tried: nodes.slice(0, 2)
        }
      ],
      judges: nodes.map((node) => ({ node, model, rubric: 1, epoch: 990 as EpochNumber, asked: 200, right: 190 })),
      slashings: results.slice(0, 4).map(({ taskId }, i) => ({
        ...{ operator: operators[i]!, node: nodes[i]!, subject: taskId, window: 1 }
      }))
    }
  }
}
