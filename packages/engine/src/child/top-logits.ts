import type { Candidates } from '@cortensor/protocols/decode'
import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from 'node-llama-cpp'

/**
 * Evaluates tokens after what the sequence holds, and tells the `top` most likely tokens after each of those from `from` on.
 *
 * The library is asked for a top-k choice at temperature 1, which leaves logits as they are: sorting that many of a vocabulary is what it
 * does fast. Its own filters for the largest and the smallest return nothing, and without the choice it sorts the whole vocabulary.
 */
export async function topLogits(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  from: number,
  top: number
): Promise<Candidates[]> {
  if (from >= tokens.length) {
    await sequence.evaluateWithoutGeneratingNewTokens([...tokens])
    return []
  }
  const generateNext = {
    logits: { filter: { tokens: [], includeTop: top } },
    // The token that the library draws here is not used, so its seed only has to be there.
    options: { temperature: 1, topK: top, topP: 1, minP: 0, seed: 0 }
  }
  const input = tokens.map((token, index): ControlledEvaluateInputItem => (index < from ? token : [token, { generateNext }]))
  const output = await sequence.controlledEvaluate(input)
  return output.slice(from).map((item) => inOrder(item?.next.logits ?? new Map()))
}

/** The library sorts by logit and leaves the order of equal ones to chance. */
function inOrder(logits: ReadonlyMap<Token, number>): Candidates {
  const ids = new Int32Array(logits.size)
  const values = new Float32Array(logits.size)
  let count = 0
  for (const [id, logit] of logits) {
    ids[count] = id
    values[count] = logit
    count++
  }
  for (let i = 1; i < ids.length; i++) {
    for (let j = i; j > 0 && isBefore(j, j - 1); j--) {
      swap(ids, j)
      swap(values, j)
    }
  }
  return { ids, logits: values }

  function isBefore(a: number, b: number): boolean {
    const difference = (values[a] as number) - (values[b] as number)
    return difference > 0 || (difference === 0 && (ids[a] as number) < (ids[b] as number))
  }
}

function swap(values: Int32Array | Float32Array, index: number): void {
  const value = values[index] as number
  values[index] = values[index - 1] as number
  values[index - 1] = value
}
