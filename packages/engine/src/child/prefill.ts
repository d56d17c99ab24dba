import type { LlamaContextSequence, Token } from 'node-llama-cpp'

export interface PrefillInit {
  chunk: number
  /** How many tokens at the end are left out at least; with `chunk` those of the last chunk are. */
  leave: 'last' | 'chunk'
  /** Runs an evaluation, alone or with others. */
  evaluate: (run: () => Promise<void>) => Promise<void>
  signal: AbortSignal
}

/**
 * Evaluates a prompt in chunks, looking at the signal between them.
 *
 * @returns what was left out; undefined when aborted
 */
export async function prefill(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  { chunk, evaluate, leave, signal }: PrefillInit
): Promise<Token[] | undefined> {
  const end = leave === 'last' ? prompt.length - 1 : prompt.length - chunk
  let done = 0
  while (done < end) {
    if (signal.aborted) {
      return undefined
    }
    const next = leave === 'last' ? Math.min(done + chunk, end) : done + chunk
    const part = prompt.slice(done, next)
    await evaluate(() => sequence.evaluateWithoutGeneratingNewTokens(part))
    done = next
  }
  return signal.aborted ? undefined : prompt.slice(done)
}
