/** Looks again and again until `look` returns something else than undefined, null or false, and returns that. */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) {
      return found
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
