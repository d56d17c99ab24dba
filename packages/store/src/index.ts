/**
 * The ports `ContentStore`, over Helia on the node's own libp2p, and `KeyValue`, over Level; blocks in CAR files.
 *
 * @packageDocumentation
 */
export { type Car, readCar, writeCar } from './car.js'
export { createHeliaStore, type HeliaStoreInit } from './content-store.js'
export { createLevelKeyValue, type LevelKeyValueInit } from './key-value.js'
