/** More models than one machine serves at a time. */
export const MAX_MODELS = 32
/** Longest file names in use, e.g. on model hubs, stay below. */
export const MAX_MODEL_NAME_BYTES = 96
/** GGUF's longest type name, `IQ2_XXS` and the like, has room. */
export const MAX_QUANTISATION_BYTES = 16
/** In tokens; sixteen million. */
export const MAX_CONTEXT_LENGTH = 16_777_216
/** Tokens a second that no single node reaches. */
export const MAX_TOKENS_PER_SECOND = 10_000_000
/** Sequences of one engine. */
export const MAX_SLOTS = 4_096
/** Requests that wait at one engine. */
export const MAX_QUEUE_LENGTH = 1_000_000
/** Interfaces times transports of one node. */
export const MAX_ADDRESSES = 8
/** A DNS name with transport, port and peer id fits. */
export const MAX_ADDRESS_BYTES = 256
/** Name and version of the software. */
export const MAX_AGENT_BYTES = 64
