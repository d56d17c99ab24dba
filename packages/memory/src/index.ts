/**
 * Every port in memory on a virtual clock: deterministic, fast, and bound by the same compliance suites as the real adapters.
 *
 * @packageDocumentation
 */
export { createMemoryChain, type MemoryChain } from './chain/memory-chain.js'
export type { MemoryChainInit, MemoryCommitteeInit } from './chain/options.js'
export { createVirtualClock, type VirtualClock, type VirtualClockInit } from './clock/virtual-clock.js'
export type { MemoryContentStoreInit } from './content/content-store.js'
export {
  type AnswerFunction,
  type ScriptedEngineInit,
  type ScriptedModel,
  scriptedModelId
} from './engine/options.js'
export { createScriptedEngine, type ScriptedEngine } from './engine/scripted-engine.js'
export { createSkilledAnswer, type KnownQuestion, repeatLastMessage, type SkilledAnswerInit } from './engine/skill.js'
export { Slots } from './engine/slots.js'
export type { MemoryErrorCode } from './errors.js'
export { createMemoryKeyValue, type MemoryKeyValue } from './key-value.js'
export { createMemoryLogger, type LogLevel, type LogLine, type MemoryLogger, type MemoryLoggerInit } from './logger.js'
export { createMemoryMetrics, type MemoryMetrics } from './metrics.js'
export { createMemoryHub, type MemoryHub } from './network/hub.js'
export type {
  Hears,
  HubStats,
  LatencyModel,
  LinkEnd,
  MemoryHubInit,
  MemoryNetworkInit,
  TopicLimit
} from './network/options.js'
export {
  createMemorySigner,
  createMemoryVerifier,
  type MemoryKeysInit,
  type MemorySignerInit,
  memoryAddress,
  memoryNodeId
} from './signer.js'
export { createTrace, type Trace, type TraceInit } from './trace.js'
export { createMemoryWorld, type MemoryNode, type MemoryNodeInit, type MemoryWorld, type MemoryWorldInit } from './world.js'
