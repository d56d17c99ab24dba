import { linkSignals } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

describe('linkSignals', () => {
  it('aborts with the first source, for its reason', () => {
    const [a, b] = [new AbortController(), new AbortController()]
    const { signal } = linkSignals(a.signal, undefined, b.signal)
    expect(signal.aborted).toBe(false)
    b.abort('b')
    a.abort('a')
    expect(signal.reason).toBe('b')
  })

  it('is aborted from the start when a source is', () => {
    expect(linkSignals(new AbortController().signal, AbortSignal.abort('over')).signal.reason).toBe('over')
  })

  it('aborts by itself, and leaves its sources alone', () => {
    const source = new AbortController()
    const { abort, signal } = linkSignals(source.signal)
    abort('late')
    source.abort('source')
    expect(signal.reason).toBe('late')
  })

  it('hears no source any more once it is unlinked', () => {
    const source = new AbortController()
    const { signal, unlink } = linkSignals(source.signal)
    unlink()
    source.abort()
    expect(signal.aborted).toBe(false)
  })
})
