import type { LlamaContextSequence, Token } from 'node-llama-cpp'

/**
 * Evaluates a prompt in chunks, looking at the signal between them.
 *
 * @param leave how many tokens at the end are left out at least; with `chunk` those of the last chunk are
 * @returns what was left out; undefined when aborted
 */
export async function prefill(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  { chunk, leave, signal }: { chunk: number; leave: 'last' | 'chunk'; signal: AbortSignal }
): Promise<Token[] | undefined> {
  const end = leave === 'last' ? prompt.length - 1 : prompt.length - chunk
  let done = 0
  while (done < end) {
    if (signal.aborted) {
      return undefined
    }
    const next = leave === 'last' ? Math.min(done + chunk, end) : done + chunk
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(done, next))
    done = next
  }
  return signal.aborted ? undefined : prompt.slice(done)
}
