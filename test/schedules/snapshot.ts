import type { Hex32 } from '@cortensor/interface'
import { type Instance, instanceKey, type Propose, type Timeout } from '@cortensor/protocols'
import type { AgreementState } from '../../packages/oracle/src/agreement/state.js'
import type { SignedWords } from '../../packages/oracle/src/record/words.js'

export type Said = { from: number; instance: Instance; key: string } & (
  | { propose: Propose }
  | { timeout: Timeout; bytes: Uint8Array }
)

export interface Oracle {
  agreement: AgreementState
  words: ReadonlyMap<string, SignedWords>
  /** Every attestation that left, for ever. */
  attested: readonly string[]
}

export interface Snapshot {
  oracles: readonly (Oracle | null)[]
  said: readonly Said[]
  chain: readonly { instance: Instance; digest: Hex32 }[]
  reorgs: number
  crashes: number
}

export const NOTHING = new Uint8Array()
const interned = new Map<string, Uint8Array>()

/** The same bytes for the same words, so that a certificate can be found by them. */
export function bytesOf(key: string): Uint8Array {
  const bytes = interned.get(key) ?? new Uint8Array(1)
  interned.set(key, bytes)
  return bytes
}

export const withOracle = (snapshot: Snapshot, self: number, oracle: Oracle): Snapshot => ({
  ...snapshot,
  oracles: snapshot.oracles.map((other, i) => (i === self ? oracle : other))
})

export const withSaid = (snapshot: Snapshot, said: Said): Snapshot =>
  snapshot.said.some(({ key }) => key === said.key) ? snapshot : { ...snapshot, said: [...snapshot.said, said] }

/** All that can make a difference from here on. */
export function keyOf({ chain, crashes, oracles, reorgs, said }: Snapshot): string {
  const own = oracles.map((oracle) => {
    if (oracle === null) {
      return ''
    }
    const { instance, phase, proposals, proposed, timedOut, timeouts, view } = oracle.agreement
    const heard = [...timeouts].map(
      ([sender, byView]) => `${sender.slice(-6)}${[...byView].map(([v, h]) => `${v}${h.timeout.last?.digest.slice(2, 10)}`)}`
    )
    const words = [...oracle.words]
      .map(
        ([key, word]) =>
          `${key.slice(-8)}${[...word.timedOut]}p${[...word.proposed].map(([v, p]) => `${v}${p?.digest.slice(2, 10)}`)}`
      )
      .sort()
    const lead = [...proposals].map(([v, p]) => `${v}${p.digest.slice(2, 10)}`).sort()
    return [
      instanceKey(instance).slice(-8),
      phase,
      view,
      [...timedOut],
      [...proposed],
      heard.sort(),
      lead,
      words,
      oracle.attested.map((a) => a.slice(-12))
    ].join('|')
  })
  return [
    own.join('\n'),
    said.map(({ key }) => key.slice(-40)).sort(),
    chain.map(({ digest }) => digest.slice(2, 10)),
    crashes,
    reorgs
  ].join('\n')
}
