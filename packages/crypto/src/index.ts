/**
 * Hashes, noise that follows from a seed, Merkle trees, sealed bytes, content ids, node ids and the two signature schemes.
 *
 * @packageDocumentation
 */
export * from './cid.js'
export * from './ed25519.js'
export * from './exact-math.js'
export * from './gumbel-noise.js'
export * from './hash.js'
export * from './merkle.js'
export * from './node-id.js'
export * from './seal.js'
export * from './secp256k1.js'
export * from './signer.js'
