import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { AbortOptions, InferenceEngine, LogitTrace, ModelId, RoundId, Signer } from '@cortensor/interface'
import { type AnswerSource, type AuditSubject, type Generation, plantSalt, sealWindows } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'

const DOMAIN = 'cortensor/plant-secret/v1'

/** Of a logit: by so much at least the model must prefer the token that is replaced, so that every honest auditor finds the other one false. */
const MIN_GAP = 2

/** What opens the salt of a plant: the node finds it again whenever it needs it, and nobody else does. */
export const plantSecret = async (signer: Pick<Signer, 'sign'>, round: AuditSubject['subject']): Promise<Uint8Array> =>
  domainHash(DOMAIN, await signer.sign(domainHash(DOMAIN, utf8ToBytes(round))))

/** The secret, if these answers were sealed as a plant; null otherwise. */
export async function plantedWith(
  signer: Signer,
  round: AuditSubject['subject'],
  source: AnswerSource
): Promise<Uint8Array | null> {
  if (source.type !== 'quiz') {
    return null
  }
  const secret = await plantSecret(signer, round)
  return source.salt === bytesToHex32(plantSalt(signer.nodeId, secret)) ? secret : null
}

/** The position whose token is preferred by little, but by enough, over the next one; null when there is none before the last. */
function choosePosition({ logits, top }: LogitTrace, tokens: number): number | null {
  const gapAt = (position: number): number => (logits[position * top] ?? 0) - (logits[position * top + 1] ?? 0)
  const fit = Array.from({ length: Math.max(0, tokens - 1) }, (_, position) => position).filter((at) => gapAt(at) >= MIN_GAP)
  return fit.length === 0 ? null : fit.reduce((best, at) => (gapAt(at) < gapAt(best) ? at : best))
}

/** The trace as if the model had preferred the second candidate of a position: what is told of it contradicts nothing by itself. */
function withSecondFirst({ ids, logits, top }: LogitTrace, position: number): LogitTrace {
  const swapped = ids.slice()
  const [first, second] = [ids[position * top] ?? 0, ids[position * top + 1] ?? 0]
  swapped[position * top] = second
  swapped[position * top + 1] = first
  return { top, logits, ids: swapped }
}

/**
 * A greedy answer with one token that the model would not have said, and evidence that hides it from whoever does not run the model. Null
 * for an answer in which no token can be replaced. Throws what the engine throws.
 */
export async function spoilt(
  generation: Generation,
  model: ModelId,
  engine: Pick<InferenceEngine, 'evaluate'>,
  options: AbortOptions
): Promise<Generation | null> {
  const { messages, promptTokenIds, sampling, seed, tokenIds } = generation
  const spec = { model, messages, sampling, seed }
  const { trace } = await engine.evaluate(spec, tokenIds, options)
  const position = choosePosition(trace, tokenIds.length)
  const other = position === null ? undefined : trace.ids[position * trace.top + 1]
  if (position === null || other === undefined) {
    return null
  }
  const changed = tokenIds.with(position, other)
  const evaluation = await engine.evaluate(spec, changed, options)
  const { ids, top } = evaluation.trace
  // What follows must be what the model says after the other token: anything else would show without running it.
  const goesOn = changed.every((id, at) => at === position || ids[at * top] === id)
  if (evaluation.ending.tokens !== changed.length || !goesOn) {
    return null
  }
  const windows = sealWindows(promptTokenIds, changed, withSecondFirst(evaluation.trace, position))
  return { ...generation, tokenIds: changed, text: evaluation.text, windows }
}

/** What a round seals in the place of what it found. */
export interface Plant {
  generations: Generation[]
  /** 32 bytes. */
  salt: Uint8Array
}

export interface PlantInit {
  roundId: RoundId
  model: ModelId
  signer: Signer
  engine: Pick<InferenceEngine, 'evaluate'>
}

/** One of these answers spoilt, the longest first; null when none can be. */
export async function plantIn(
  generations: readonly Generation[],
  { engine, model, roundId, signer }: PlantInit,
  options: AbortOptions
): Promise<Plant | null> {
  const byLength = generations.toSorted((a, b) => b.tokenIds.length - a.tokenIds.length)
  for (const generation of byLength) {
    const changed = await spoilt(generation, model, engine, options)
    if (changed !== null) {
      const salt = plantSalt(signer.nodeId, await plantSecret(signer, roundId))
      return { generations: generations.map((one) => (one === generation ? changed : one)), salt }
    }
  }
  return null
}
