import { type DerivedReport, deriveReport, initialLedger } from '@cortensor/scoring'
import {
  agreed,
  answer,
  chainId,
  committee,
  epoch,
  fetchFrom,
  GENESIS_MS,
  miners,
  minerX,
  minerY,
  minerZ,
  network,
  presence,
  registry,
  round,
  verifier
} from '../../scoring/test/world.js'
import { type Client, nodeError } from '../src/index.js'

const genesis = initialLedger(GENESIS_MS)
const bound = await epoch(genesis, agreed({ items: await Promise.all(miners.map(presence)) }))
export const first = deriveReport(bound.input)

/** A round that all three miners play: one right, one with two wrong answers, one that never reveals. */
export const game = await round(first.state)
export const answers = {
  right: await answer(game, minerX),
  partly: await answer(game, minerY, { wrong: 2 }),
  silent: await answer(game, minerZ)
}
const items = [game.open, ...answers.right.all, ...answers.partly.all, answers.silent.precommit]
const played = await epoch(first.state, agreed({ items }), first.cid)
export const second = deriveReport(played.input)
const later = await round(second.state)
const next = await epoch(second.state, agreed({ items: [later.open, ...(await answer(later, minerX)).all] }), second.cid)
/** The last report of the network. */
export const third = deriveReport(next.input)
export const laterGame = later

const everything = new Map([bound, played, next, first, second, third].flatMap(({ blocks }) => [...blocks]))

/** A visitor of the network after its third epoch; without the blocks of the reports that nobody holds any more. */
export function visitor(gone: readonly DerivedReport[] = []): Client {
  const lost = new Set(gone.flatMap(({ blocks }) => [...blocks.keys()]))
  const held = fetchFrom(new Map([...everything].filter(([cid]) => !lost.has(cid))))
  const chain = {
    chainId: () => chainId,
    lastCommit: async () => third.commit,
    committee: async () => committee
  }
  const fetch: Client['fetch'] = (cid) =>
    held(cid).catch(() => {
      throw nodeError('NODE_REPORT_UNAVAILABLE', `${cid} cannot be fetched`)
    })
  return { chain, networkId: network.networkId, verifier, fetch } as unknown as Client
}

export { registry }
