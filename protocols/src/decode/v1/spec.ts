import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { DecodeMode, Hex32 } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import * as dagCbor from '@ipld/dag-cbor'

const DOMAIN = 'cortensor/decode-spec/v1'

/**
 * Everything but the request that has an influence on an answer's tokens. Tokenizer and chat template are in the model's file, which the
 * task names by its hash; `prompt` says by which rules the file's template is used.
 */
export interface DecodeSpec {
  version: 1
  /** Library and version; the versions of what is inside it follow. */
  engine: string
  prompt: 'model-template/1'
  sampler: 'gumbel/1'
  /** Most likely tokens that the sampler chooses from. */
  candidates: number
  /** Most likely tokens of each position that a transcript tells. */
  traceTop: number
  /** Positions of one window of a transcript. */
  windowTokens: number
  /** `prefilled`: after each window its tokens are evaluated again as one chunk, and that is what the trace tells. */
  windows: 'decoded' | 'prefilled'
  /** Tokens of a prompt that are evaluated at once. */
  promptChunk: number
  flashAttention: 'off'
  kvType: 'f16'
  grammar: 'off'
  promptCache: 'off'
  contextShift: 'off'
}

/** Choosing among 40 is what llama.cpp does by default; 8 tell two models apart as well as more do. */
const VERIFIABLE: DecodeSpec = {
  version: 1,
  engine: 'node-llama-cpp@3.22.1',
  prompt: 'model-template/1',
  sampler: 'gumbel/1',
  candidates: 40,
  traceTop: 8,
  windowTokens: 32,
  windows: 'decoded',
  promptChunk: 256,
  flashAttention: 'off',
  kvType: 'f16',
  grammar: 'off',
  promptCache: 'off',
  contextShift: 'off'
}

/** The spec of each mode; `native` leaves the choice to the engine's own sampler and has none. */
export const DECODE_SPECS: Readonly<Record<Exclude<DecodeMode, 'native'>, DecodeSpec>> = {
  verifiable: VERIFIABLE,
  canonical: { ...VERIFIABLE, windows: 'prefilled' }
}

/** What a task header names: the hash of the spec's dag-cbor. */
export const hashDecodeSpec = (spec: DecodeSpec): Hex32 => bytesToHex32(domainHash(DOMAIN, dagCbor.encode(spec)))

/** Tokens as the engine's own sampler draws them from the task's seed; nobody can check them. */
export const NATIVE_DECODE_SPEC: Hex32 = bytesToHex32(domainHash(DOMAIN, utf8ToBytes('native')))
export const VERIFIABLE_DECODE_SPEC: Hex32 = hashDecodeSpec(DECODE_SPECS.verifiable)
export const CANONICAL_DECODE_SPEC: Hex32 = hashDecodeSpec(DECODE_SPECS.canonical)

const MODES: ReadonlyMap<Hex32, DecodeMode> = new Map([
  [NATIVE_DECODE_SPEC, 'native'],
  [VERIFIABLE_DECODE_SPEC, 'verifiable'],
  [CANONICAL_DECODE_SPEC, 'canonical']
])

/** The mode that a header's hash stands for; null for the spec of another version. */
export const decodeModeOf = (hash: Hex32): DecodeMode | null => MODES.get(hash) ?? null
