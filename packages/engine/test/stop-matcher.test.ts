import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopMatcher } from '../src/text/stop-matcher.js'

function run(stops: string[], pieces: string[]): { text: string; stopped: boolean; emitted: string[] } {
  const matcher = new StopMatcher(stops)
  const emitted: string[] = []
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece)
    emitted.push(text)
    if (stopped) {
      return { text: emitted.join(''), stopped, emitted }
    }
  }
  emitted.push(matcher.flush())
  return { text: emitted.join(''), stopped: false, emitted }
}

describe('StopMatcher', () => {
  it('never gives out a part of a stop string that comes in pieces', () => {
    const { emitted, stopped } = run(['END'], ['one E', 'N', 'D two'])
    expect(emitted).toEqual(['one ', '', ''])
    expect(stopped).toBe(true)
  })

  it('gives out what only looked like a stop string', () => {
    expect(run(['END'], ['EN', 'ERGY'])).toMatchObject({ text: 'ENERGY', stopped: false })
    expect(run(['END'], ['the EN'])).toMatchObject({ text: 'the EN', stopped: false })
  })

  it('finds a stop string that begins inside another one', () => {
    expect(run(['abcd', 'bc'], ['xab', 'cd'])).toMatchObject({ text: 'xa', stopped: true })
    expect(run(['abcd', 'bc'], ['xabcd'])).toMatchObject({ text: 'xa', stopped: true })
  })

  it('does the same whatever the pieces are', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 })
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(letters, fc.array(stop, { maxLength: 3 }), fc.array(fc.nat(30), { maxLength: 6 }), (text, stops, cuts) => {
        const sorted = [...new Set(cuts)].sort((a, b) => a - b)
        const pieces = [0, ...sorted].map((from, i) => text.slice(from, sorted[i] ?? text.length))
        const whole = run(stops, [...text])
        const pieced = run(stops, pieces)
        expect({ text: pieced.text, stopped: pieced.stopped }).toEqual({ text: whole.text, stopped: whole.stopped })
        expect(whole.stopped).toBe(stops.some((s) => text.includes(s)))
        expect(stops.some((s) => whole.text.includes(s))).toBe(false)
      })
    )
  })
})
