import type { Hex32 } from '@cortensor/interface'
import type { AttestedProposal } from '../agreement/state.js'

/** What one oracle has said in one instance and may not contradict. Plain data; replaced, never changed in place. */
export interface SignedWords {
  /** By view. */
  attested: ReadonlyMap<number, AttestedProposal>
  /** Views in which it proposed. */
  proposed: ReadonlySet<number>
  /** Views that it gave up. */
  timedOut: ReadonlySet<number>
}

export const NO_WORDS: SignedWords = { attested: new Map(), proposed: new Set(), timedOut: new Set() }

/** Rule 5: one digest a view, none in a view that was given up. Null when this one may be signed. */
export function attestRefusal(words: SignedWords, view: number, digest: Hex32): string | null {
  if (words.timedOut.has(view)) {
    return 'a timeout'
  }
  const signed = words.attested.get(view)
  return signed === undefined || signed.digest === digest ? null : 'another report'
}

/** A leader says one thing in a view, also when it forgot in between that it had. */
export const proposeRefusal = (words: SignedWords, view: number): string | null =>
  words.proposed.has(view) ? 'another proposal' : null

/** The proposal attested most recently. */
export function lastAttested({ attested }: SignedWords): AttestedProposal | null {
  return [...attested.values()].reduce<AttestedProposal | null>((a, b) => (a === null || b.view > a.view ? b : a), null)
}
