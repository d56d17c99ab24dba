declare const brand: unique symbol

/** A string that is only interchangeable with values of the same brand. */
export type Branded<T, B extends string> = T & { readonly [brand]: B }

/** A libp2p peer id in its base58 text form, e.g. `12D3KooW…`. Ed25519 keys only. */
export type NodeId = Branded<string, 'NodeId'>

/** 32 bytes as 64 lower-case hex digits, without a prefix: the hash of a task header. */
export type TaskId = Branded<string, 'TaskId'>

/** 32 bytes as 64 lower-case hex digits. */
export type SessionId = Branded<string, 'SessionId'>

/** SHA-256 of a GGUF file as 64 lower-case hex digits. */
export type ModelId = Branded<string, 'ModelId'>

/** 32 bytes as 64 lower-case hex digits: the hash of a round's opening. */
export type RoundId = Branded<string, 'RoundId'>

/** Sequence number of a commit on the chain; the first commit is 1. */
export type EpochNumber = Branded<number, 'EpochNumber'>

/** Short hash of chain id and registry address, 16 hex digits; networks with another one cannot mix. */
export type NetworkId = Branded<string, 'NetworkId'>

/** A 20-byte account as `0x` and 40 lower-case hex digits. */
export type Address = Branded<`0x${string}`, 'Address'>

/** 32 bytes as `0x` and 64 lower-case hex digits, the form the chain uses. */
export type Hex32 = Branded<`0x${string}`, 'Hex32'>

/** A CIDv1 in its base32 text form. */
export type CidString = Branded<string, 'CidString'>

/** Milliseconds since the Unix epoch. */
export type UnixMs = number

/**
 * Token amounts are integers in micro-COR (the token has 6 decimals), at most 2^63 - 1, so that every sum is exact and fits the
 * integers of dag-cbor.
 */
export type TokenAmount = bigint
