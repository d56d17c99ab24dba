import { domainHash } from '@cortensor/crypto'
import type { ChatMessage, Clock, EngineModel, GenerateSpec, ModelId, Rng } from '@cortensor/interface'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import type { Slots } from './slots.js'

/** What the model says to a conversation. Draws from `rng` only, which depends on the conversation and on the seed. */
export type AnswerFunction = (messages: readonly ChatMessage[], rng: Rng, spec: GenerateSpec) => string

export interface ScriptedModel extends Partial<Omit<EngineModel, 'name'>> {
  name: string
}

export interface ScriptedEngineInit {
  clock: Clock
  rng: Rng
  /** @default one chat model and one embedding model */
  models?: readonly ScriptedModel[]
  /** @default repeats the last message */
  answer?: AnswerFunction
  /** Changes an honest answer into what this engine really sends: shorter, somebody else's, nonsense. @default honest */
  cheat?: (answer: string, messages: readonly ChatMessage[], rng: Rng) => string
  /** Of one sequence. @default 50 */
  decodeTokensPerSecond?: number
  /** @default 500 */
  prefillTokensPerSecond?: number
  /** Tokens in one event; more make long simulations faster. @default 1 */
  tokensPerEvent?: number
  /** Requests computed at a time, each at full speed. @default 4 */
  sequences?: number
  /** Of the machine, when other engines run on it too; takes the place of `sequences` and `queueLimit`. @default its own */
  slots?: Slots
  /** Requests that may wait. @default 64 */
  queueLimit?: number
  /** @default 'memory/scripted' */
  fingerprint?: string
}

const DEFAULT_MODELS: readonly ScriptedModel[] = [{ name: 'scripted-chat' }, { name: 'scripted-embedding', kind: 'embedding' }]
const DEFAULT_CONTEXT = 2048
const DEFAULT_SIZE_BYTES = 1_000_000

/** The id of a scripted model: equal names are equal models. */
export const scriptedModelId = (name: string): ModelId =>
  bytesToHex(domainHash('cortensor/memory/model', utf8ToBytes(name))) as ModelId

export function resolveModels(models: readonly ScriptedModel[] = DEFAULT_MODELS): EngineModel[] {
  return models.map((model) => ({
    id: model.id ?? scriptedModelId(model.name),
    name: model.name,
    kind: model.kind ?? 'chat',
    quantisation: model.quantisation ?? 'F16',
    contextLength: model.contextLength ?? DEFAULT_CONTEXT,
    sizeBytes: model.sizeBytes ?? DEFAULT_SIZE_BYTES
  }))
}
