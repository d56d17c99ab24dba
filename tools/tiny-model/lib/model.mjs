// What llama.cpp has to be told about these models. A file without head count or feed-forward length ends the process that loads it.

import { bool, f32, i32s, string, strings, u32 } from './gguf.mjs'
import { BOS, MESSAGE_END, SPECIAL_TOKENS } from './tokenizer.mjs'

export const CONTEXT_LENGTH = 512
const NORM_EPSILON = 1e-5
const ROPE_BASE = 10_000
/** Every shape in train.py has heads of this width. */
const HEAD_WIDTH = 32

/** GGUF's numbers. */
const FILE_TYPES = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 }
const TOKEN_NORMAL = 1
const TOKEN_CONTROL = 3
const TOKEN_UNUSED = 5

const CHAT_TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/**
 * @param {Record<string, { shape: number[] }>} weights with GGUF's tensor names
 * @param {{ tokens: string[], merges: string[] }} vocabulary
 * @returns {Record<string, import('./gguf.mjs').MetadataValue>}
 */
export function modelMetadata(weights, { tokens, merges }, { name, type }) {
  const width = weights['token_embd.weight'].shape[1]
  const keyWidth = weights['blk.0.attn_k.weight'].shape[0]
  const blocks = Object.keys(weights).filter((tensor) => tensor.endsWith('attn_norm.weight')).length
  return {
    'general.architecture': string('llama'),
    'general.name': string(name),
    'general.type': string('model'),
    'general.file_type': u32(FILE_TYPES[type]),
    'general.quantization_version': u32(2),
    'general.license': string('mit'),
    'llama.block_count': u32(blocks),
    'llama.context_length': u32(CONTEXT_LENGTH),
    'llama.embedding_length': u32(width),
    'llama.feed_forward_length': u32(weights['blk.0.ffn_gate.weight'].shape[0]),
    'llama.attention.head_count': u32(width / HEAD_WIDTH),
    'llama.attention.head_count_kv': u32(keyWidth / HEAD_WIDTH),
    'llama.attention.layer_norm_rms_epsilon': f32(NORM_EPSILON),
    'llama.rope.dimension_count': u32(HEAD_WIDTH),
    'llama.rope.freq_base': f32(ROPE_BASE),
    'llama.vocab_size': u32(tokens.length),
    'tokenizer.ggml.model': string('gpt2'),
    'tokenizer.ggml.pre': string('gpt-2'),
    'tokenizer.ggml.tokens': strings(tokens),
    'tokenizer.ggml.token_type': i32s(tokens.map(tokenType)),
    'tokenizer.ggml.merges': strings(merges),
    'tokenizer.ggml.bos_token_id': u32(BOS),
    'tokenizer.ggml.eos_token_id': u32(MESSAGE_END),
    'tokenizer.ggml.padding_token_id': u32(BOS),
    'tokenizer.ggml.add_bos_token': bool(true),
    'tokenizer.ggml.add_space_prefix': bool(false),
    'tokenizer.chat_template': string(CHAT_TEMPLATE)
  }
}

function tokenType(token) {
  if (SPECIAL_TOKENS.includes(token)) {
    return TOKEN_CONTROL
  }
  return token.startsWith('<|reserved_') ? TOKEN_UNUSED : TOKEN_NORMAL
}
