import type { Hex32 } from '@cortensor/interface'
import type { Propose } from '@cortensor/protocols'
import type { AttestedProposal } from '../agreement/state.js'

/** A proposal with all that it takes to say it once more. */
export type SpokenProposal = Pick<Propose, 'view' | 'report' | 'digest' | 'timeouts'>

/** What one oracle has said in one instance and may not contradict. Plain data; replaced, never changed in place. */
export interface SignedWords {
  /** By view. */
  attested: ReadonlyMap<number, AttestedProposal>
  /** What it proposed, by view; null where an older version, or a later proposal, has left no more than that it did. */
  proposed: ReadonlyMap<number, SpokenProposal | null>
  /** Views that it gave up. */
  timedOut: ReadonlySet<number>
}

export const NO_WORDS: SignedWords = { attested: new Map(), proposed: new Map(), timedOut: new Set() }

/** Rule 5: one digest a view, none in a view that was given up. Null when this one may be signed. */
export function attestRefusal(words: SignedWords, view: number, digest: Hex32): string | null {
  if (words.timedOut.has(view)) {
    return 'a timeout'
  }
  const signed = words.attested.get(view)
  return signed === undefined || signed.digest === digest ? null : 'another report'
}

/** A leader says one thing in a view, as often as it likes, also when it forgot in between that it had. */
export function proposeRefusal({ proposed }: SignedWords, { digest, report, view }: SpokenProposal): string | null {
  const known = proposed.get(view)
  return known === undefined || (known?.digest === digest && known.report === report) ? null : 'another proposal'
}

/** The proposal attested most recently. */
export function lastAttested({ attested }: SignedWords): AttestedProposal | null {
  return [...attested.values()].reduce<AttestedProposal | null>((a, b) => (a === null || b.view > a.view ? b : a), null)
}

export const hasSpoken = ({ attested, proposed, timedOut }: SignedWords): boolean =>
  attested.size + proposed.size + timedOut.size > 0

/** The highest view that it has spoken in, 0 when it has not. Who proposes in a view has a certificate of it. */
export const viewOf = ({ attested, proposed, timedOut }: SignedWords): number =>
  Math.max(0, ...timedOut, ...attested.keys(), ...proposed.keys())
