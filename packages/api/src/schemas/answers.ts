import { z } from '@hono/zod-openapi'

/** What the OpenAPI document says of answers; the code that makes them has types of its own in `wire` and `chat`. */

export const errorAnswer = z
  .object({
    error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() })
  })
  .openapi('Error')

const usage = z
  .object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
  .openapi('Usage', { description: 'Token counts' })

const verdict = z.enum(['agree', 'disagree', 'inconclusive'])

const agreement = z
  .object({
    label: z
      .literal('signal')
      .openapi({ description: 'What it is worth: it proves neither a model nor that an answer is right' }),
    embedding: z.string().openapi({ description: 'How texts were compared' }),
    verdict: verdict.openapi({ description: 'Whether this answer says what most say' }),
    miners: z.int().openapi({ description: 'How many answered, this one counted in' }),
    equal: z.int().openapi({ description: 'How many said the very same, this one counted in' }),
    answers: z.array(z.object({ task_id: z.string(), miner: z.string(), verdict, similarity: z.number() }))
  })
  .openapi('Agreement')

const outcome = z
  .object({
    task_id: z.string(),
    miner: z.string(),
    cid: z.string().openapi({ description: 'Of the transcript; any IPFS node can fetch it' }),
    receipt_id: z.string(),
    agreement: agreement.optional().openapi({ description: 'Where several miners were asked' }),
    resumed: z.literal(true).optional().openapi({ description: 'Another miner took over in the middle of the text' })
  })
  .openapi('TaskOutcome')

export const chatAnswer = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({
        index: z.literal(0),
        message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length'])
      })
    ),
    usage,
    cortensor: outcome
  })
  .openapi('ChatCompletion')

export const modelAnswer = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.literal('cortensor'),
    cortensor: z.object({
      model_id: z.string().openapi({ description: 'SHA-256 of the GGUF file' }),
      name: z.string(),
      quantisation: z.string(),
      context_length: z.int(),
      miners: z.int(),
      first_seen_ms: z.int(),
      price_micro_per_kilotoken: z
        .int()
        .openapi({ description: 'The least that 1,000 tokens cost now, in micro-COR; it rises with use' }),
      utilisation: z.number().openapi({ description: 'Share of what its miners could do that they did in the last epoch' })
    })
  })
  .openapi('Model')

export const modelListAnswer = z.object({ object: z.literal('list'), data: z.array(modelAnswer) }).openapi('ModelList')

export const receiptAnswer = z
  .object({
    id: z.string(),
    object: z.literal('cortensor.receipt'),
    status: z.enum(['pending', 'committed']),
    model_id: z.string(),
    miner: z.string(),
    cid: z.string(),
    usage,
    epoch: z.int().nullable(),
    payment: z
      .object({
        session: z.string(),
        price_micro_per_kilotoken: z.int(),
        cost_micro: z.int().openapi({ description: 'In micro-COR, a millionth of a COR' }),
        state: z.enum(['pending', 'charged', 'settled'])
      })
      .nullable()
      .openapi({ description: 'What the session pays; null when nobody does' }),
    agreement: agreement
      .nullable()
      .openapi({ description: 'What the answer has in common with others; null where nobody else was asked' }),
    privacy: z.enum(['public', 'private']),
    key: z
      .string()
      .nullable()
      .openapi({ description: 'Opens the transcript of a private task, in hex; only for the API key that asked for the answer' }),
    file: z
      .string()
      .nullable()
      .openapi({ description: 'Path of the file that `cortensor verify receipt` checks; null before the commit' })
  })
  .openapi('Receipt')

export const liveAnswer = z.object({ status: z.literal('ok') }).openapi('Live')

export const statusAnswer = z
  .object({
    ready: z.boolean(),
    networkId: z.string(),
    nodeId: z.string(),
    peers: z.int(),
    nodes: z.array(
      z.object({
        nodeId: z.string(),
        roles: z.array(z.string()),
        operator: z.string(),
        models: z.array(z.string()),
        leaseMs: z.int(),
        freeSlots: z.int(),
        queueLength: z.int(),
        agent: z.string()
      })
    ),
    tasks: z.object({ active: z.int(), completed: z.int(), failed: z.int() }),
    sessions: z
      .array(
        z.object({
          session: z.string(),
          owner: z.string(),
          isOpen: z.boolean(),
          escrow: z.string(),
          paid: z.string(),
          spent: z.string(),
          held: z.string(),
          left: z.string()
        })
      )
      .openapi({ description: 'What this router may spend; amounts in micro-COR as decimal text' }),
    epoch: z.object({
      last: z.int().nullable(),
      lastCommitMs: z.int().nullable(),
      lastTransaction: z.string().nullable(),
      nextLeader: z.string().nullable()
    })
  })
  .openapi('Status')
