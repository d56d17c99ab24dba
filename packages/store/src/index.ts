/**
 * The ports `ContentStore`, over Helia on the node's own libp2p, and `KeyValue`, over Level.
 *
 * @packageDocumentation
 */
export { createHeliaStore, type HeliaStoreInit } from './content-store.js'
export { createLevelKeyValue, type LevelKeyValueInit } from './key-value.js'
