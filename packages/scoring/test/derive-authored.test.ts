import { createSigner } from '@cortensor/crypto'
import { type EpochNumber, type NodeId, ROLE_BITS, type RoundId, type Signer } from '@cortensor/interface'
import {
  type AuthoredRound,
  type Commission,
  type CreatedTheme,
  encodeQuizMessage,
  envelopeId,
  type LedgerState,
  type QuizOutcome,
  type RoundOpen
} from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { recordAuthored } from '../src/authoring/authored-rounds.js'
import {
  type DerivedReport,
  datasetRows,
  deriveReport,
  explainReward,
  explainRounds,
  isOpenAnswerer,
  openChallenge,
  type ReportInput
} from '../src/index.js'
import { bound, excludedFrom, first } from './bound-world.js'
import {
  agreed,
  anchor,
  answer,
  epoch,
  hashOf,
  hex32Of,
  measuresOf,
  minerX,
  minerY,
  minerZ,
  params,
  recordsOf,
  round,
  seal
} from './world.js'

const others = ['v', 'w'].map((name) =>
  createSigner({ nodeSeed: hashOf(`node ${name}`), operatorKey: hashOf(`operator ${name}`) })
)
const [minerV, minerW] = others as [Signer, Signer]
/** Of the same operator as x. */
const twin = createSigner({ nodeSeed: hashOf('node twin'), operatorKey: hashOf('operator miner x') })
const all = [minerX, minerY, minerZ, minerV, minerW, twin]
const own = { ...params, quiz: { ...params.quiz, openAnswerers: 32 } }
const registrations = all.map(({ nodeId, operator }) => ({ operator, node: nodeId, roles: ROLE_BITS.miner }))
const DRAW = { number: 9, hash: hex32Of('block 9') }

const written = (node: Signer, stage: Commission['stage'], rank: number, of = 2): Commission => ({
  ...{ epoch: of as EpochNumber, stage, rank, node: node.nodeId }
})
const state: LedgerState = {
  ...bound,
  bindings: all.map(({ nodeId, operator }) => ({ node: nodeId, operator })).sort((a, b) => (a.node < b.node ? -1 : 1)),
  reputations: recordsOf(all),
  commissions: [written(minerX, 'create', 0), written(minerV, 'create', 1), written(minerY, 'prepare', 0)]
}
const THEME: CreatedTheme = {
  ...{ epoch: 2 as EpochNumber, prev: state.digest, category: 'facts', topic: 'what a capital is', subTopic: 'Vienna' }
}
const QUESTIONS = ['Tell me about Vienna.', 'Explain what a capital is.']
const TEXT = 'Vienna is the capital of Austria.'

interface Authors {
  creator?: Signer
  preparer?: Signer
  theme?: Partial<CreatedTheme>
  questions?: string[]
  about?: string
}

async function authoredBy({ about, creator = minerX, preparer = minerY, questions = QUESTIONS, theme }: Authors = {}) {
  const created = await seal(creator, 'quiz', encodeQuizMessage({ type: 'create', ...THEME, ...theme }))
  const message = { type: 'prepare', theme: about ?? envelopeId(created), questions } as const
  return [created, await seal(preparer, 'quiz', encodeQuizMessage(message))]
}

const derive = async (items: readonly Uint8Array[], of = state, changes: Partial<ReportInput> = {}) => {
  const facts = { params: own, anchor: { ...anchor, registrations, draw: DRAW }, ...changes }
  const { input } = await epoch(of, agreed({ items, measures: measuresOf(1, all) }), first.cid, facts)
  return { ...deriveReport(input), input: input.items }
}

const played = async (authored: Uint8Array[], change: Partial<RoundOpen> = {}, of = state) => {
  const one = await round(of, { authored, ...change }, undefined, own)
  const answering = all.filter(({ nodeId }) => isOpenAnswerer(one.round, nodeId, own))
  const given = await Promise.all(answering.map((miner) => answer(one, miner, { open: TEXT })))
  const items = [one.open, ...given.flatMap((of) => of.all)]
  return { ...(await derive(items, of)), round: one, items }
}

describe('rounds that ask what nodes have written', () => {
  it('ask one of the prepared questions, drawn by the seed, the same of all but the authors', async () => {
    const authored = await authoredBy()
    const { round: one } = await round(state, { authored }, undefined, own)
    const asked = Array.from({ length: 40 }, (_, i) => openChallenge({ ...one, seedBlockHash: hex32Of(`block ${i}`) }))
    expect(new Set(asked.map(({ question }) => question))).toEqual(new Set(QUESTIONS))
    expect(asked.every(({ category }) => category === 'facts')).toBe(true)
    expect(all.map(({ nodeId }) => isOpenAnswerer(one, nodeId, own))).toEqual([false, false, true, true, true, true])
  })

  it('count, compare nobody of the authors, and pay them a little', async () => {
    const { input, report, round: one } = await played(await authoredBy())
    const agreementOf = (node: NodeId) => report.outcomes.find(({ miner }) => miner === node)?.agreement?.verdict ?? null
    expect([minerZ, minerV, minerW, twin].map(({ nodeId }) => agreementOf(nodeId))).toEqual(['agree', 'agree', 'agree', null])
    expect(report.state.authored).toEqual([
      {
        ...{ epoch: 2, roundId: one.roundId, creator: minerX.nodeId, preparer: minerY.nodeId },
        ...{ category: 'facts', topic: THEME.topic, subTopic: THEME.subTopic, isAccepted: true }
      }
    ])
    const shareOf = (derived: Pick<DerivedReport, 'report'>, { nodeId }: Signer): bigint =>
      derived.report.rewards.find(({ node }) => node === nodeId)?.quiz ?? 0n
    // x answered nothing, and has a little; z answered, and has more.
    expect(shareOf({ report }, minerX)).toBeGreaterThan(0n)
    expect(shareOf({ report }, minerX)).toBe(shareOf({ report }, minerY))
    expect(shareOf({ report }, minerX) * 4n).toBeLessThan(shareOf({ report }, minerZ))
    const explained = explainReward({ report, node: minerX.nodeId, params: own, prevState: state })
    expect(explained.written).toEqual([{ roundId: one.roundId, stage: 'create', isAccepted: true }])
    const [found] = explainRounds({ report, items: input })
    expect(found?.challenge).toMatchObject({ authors: { creator: minerX.nodeId, preparer: minerY.nodeId } })
    expect(found?.challenge?.answers.map(({ node }) => node).toSorted()).toEqual(
      [minerZ, minerV, minerW].map(({ nodeId }) => nodeId).toSorted()
    )
    const rows = datasetRows([found!], { license: 'CC0-1.0', report: 'report' as never, opinions: [] })
    const authors = rows.filter((row) => row.authors !== null)
    expect(authors.map((row) => row.authors)).toEqual(Array(3).fill({ creator: minerX.nodeId, preparer: minerY.nodeId }))
    expect(authors.every((row) => QUESTIONS.includes(row.question))).toBe(true)
  })

  it.each<[string, Authors]>([
    ['a creator that was not drawn', { creator: minerZ }],
    ['a preparer that was not drawn', { preparer: minerV }],
    ['a theme of another epoch', { theme: { epoch: 3 as EpochNumber } }],
    ['a theme of another fork', { theme: { prev: hex32Of('fork') } }],
    ['a theme without its form', { theme: { subTopic: '<|im_start|>' } }],
    ['questions off the theme', { questions: ['Tell me about Rome.'] }]
  ])('do not count with %s', async (_what, authors) => {
    const { items, report } = await played(await authoredBy(authors))
    expect(excludedFrom(report, items)[0]).toBe('not_allowed')
    expect(report.outcomes).toEqual([])
    expect(report.state.authored).toEqual([])
  })

  it('are nothing at all with signatures or envelopes that do not hold', async () => {
    const [created, prepared] = (await authoredBy()) as [Uint8Array, Uint8Array]
    const forged = prepared.with(prepared.length - 1, (prepared.at(-1) ?? 0) ^ 1)
    const [, elsewhere] = (await authoredBy({ about: '00'.repeat(32) })) as [Uint8Array, Uint8Array]
    for (const authored of [
      [created, forged],
      [created, elsewhere],
      [prepared, created],
      [created],
      [hashOf('noise'), prepared]
    ]) {
      const one = await round(state, { authored }, undefined, own)
      expect(excludedFrom((await derive([one.open])).report, [one.open])).toEqual(['invalid'])
    }
  })

  it('do not count in capability rounds', async () => {
    const capable = { ...own, quiz: { ...own.quiz, capabilityBps: 10_000 } }
    const one = await round(state, { authored: await authoredBy(), openedMs: state.cutoffMs + 1 }, undefined, capable)
    const { report } = await derive([one.open], state, { params: capable })
    expect(excludedFrom(report, [one.open])).toEqual(['not_allowed'])
  })

  it('pay nobody twice for a theme, and do not ask it again soon', async () => {
    const authored = await authoredBy()
    const once = await played(authored)
    const next: LedgerState = { ...once.state, commissions: [written(minerX, 'create', 0, 3), written(minerY, 'prepare', 0, 3)] }
    const later = { epoch: 3 as EpochNumber, prev: next.digest }
    const again = await played(await authoredBy({ theme: later }), {}, next)
    expect(excludedFrom(again.report, again.items)[0]).toBe('not_allowed')
    const other = await played(
      await authoredBy({ theme: { ...later, subTopic: 'Montevideo' }, questions: ['Tell me about Montevideo.'] }),
      {},
      next
    )
    expect(other.report.state.authored.map(({ isAccepted }) => isAccepted)).toEqual([true, true])
    // A round of the epoch before, which counts one epoch late, may have asked what another one of it has.
    const late = await round(state, { authored, index: 1, openedMs: next.cutoffMs - 5_000 }, undefined, own)
    const sameTheme = await derive([late.open], { ...next, commissions: [...state.commissions, ...next.commissions] })
    expect(excludedFrom(sameTheme.report, [late.open])).toEqual([null])
    expect(sameTheme.report.state.authored.map(({ isAccepted }) => isAccepted)).toEqual([true, false])
  })

  it('pay for one of them in an epoch, whatever its leader has had written', async () => {
    const rounds = await Promise.all(
      ['Vienna', 'Rome', 'Paris'].map(async (subTopic, index) => {
        const authored = await authoredBy({ theme: { subTopic }, questions: [`Tell me about ${subTopic}.`] })
        return round(state, { authored, index }, undefined, own)
      })
    )
    const agreed = (roundId: RoundId) => ({ roundId, agreement: { verdict: 'agree' } }) as unknown as QuizOutcome
    const record = (answered: typeof rounds, known: AuthoredRound[] = []) =>
      recordAuthored({
        ...{ known, rounds, outcomes: answered.map(({ roundId }) => agreed(roundId)) },
        ...{ payable: new Map(all.map(({ nodeId }) => [nodeId, null])), epoch: 2 as EpochNumber }
      })
    const accepted = (rows: AuthoredRound[]) => rows.flatMap(({ isAccepted, subTopic }) => (isAccepted ? [subTopic] : []))
    expect(accepted(record(rounds))).toEqual(['Vienna'])
    expect(accepted(record(rounds.slice(1)))).toEqual(['Rome'])
    // The next epoch pays for another one, and for none that was paid for.
    expect(accepted(record(rounds, record(rounds))).toSorted()).toEqual(['Rome', 'Vienna'])
  })

  it('commission for the next epoch whoever is live, known and not doubted', async () => {
    const { report } = await derive([])
    const drawn = report.state.commissions.filter((one) => one.epoch === 3)
    // x, v and y rest, and the twin with x.
    expect(drawn.map(({ node }) => node).toSorted()).toEqual([minerZ.nodeId, minerW.nodeId].toSorted())
    expect((await derive([], state, { anchor: { ...anchor, registrations } })).report.state.commissions).toEqual(
      state.commissions
    )
    const unknown = { ...state, reputations: [] }
    expect((await derive([], unknown)).report.state.commissions.filter((one) => one.epoch === 3)).toEqual([])
    const absent = await epoch(state, agreed({ items: [], measures: measuresOf(0.5, all) }), first.cid, {
      params: own,
      anchor: { ...anchor, registrations, draw: DRAW }
    })
    expect(deriveReport(absent.input).report.state.commissions.filter((one) => one.epoch === 3)).toEqual([])
  })
})
