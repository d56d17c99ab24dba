import type { Attest, OpenedEnvelope, OracleMessage } from '@cortensor/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { createOracleHandler } from '../../src/handlers/oracle.js'
import type { Head } from '../../src/head.js'
import { committeeOf, member } from '../agreement/world.js'
import { hex32 } from '../fixtures.js'

const committee = committeeOf(4)
const headOf = (epoch: number, prev: string): Head =>
  ({ committee, instance: { config: committee.config, epoch, prev: hex32(prev) } }) as unknown as Head
const messageOf = (epoch: number, prev: string, view = 0): OracleMessage => {
  const instance = { config: committee.config, epoch: epoch as Attest['instance']['epoch'], prev: hex32(prev) }
  return { type: 'attest', instance, view, digest: hex32('digest'), signature: new Uint8Array(64) }
}
const from = (index: number): OpenedEnvelope => ({ sender: member(index) }) as OpenedEnvelope

describe('messages of the committee', () => {
  let head: Head | null
  let heard: { view: number; from: OpenedEnvelope }[]
  let handler: ReturnType<typeof createOracleHandler>
  beforeEach(() => {
    head = headOf(5, 'four')
    heard = []
    handler = createOracleHandler({
      head: () => head,
      onMessage: (message, envelope) => heard.push({ view: message.type === 'observe' ? -1 : message.view, from: envelope })
    })
  })

  it('of the current epoch are heard', () => {
    expect(handler.handle(messageOf(5, 'four'), from(1))).toBe('accept')
    expect(heard).toEqual([{ view: 0, from: from(1) }])
  })

  it('of strangers, of what is past, of another fork and of what is far ahead are not', () => {
    expect(handler.handle(messageOf(5, 'four'), from(9))).toBe('ignore')
    expect(handler.handle(messageOf(4, 'three'), from(1))).toBe('ignore')
    expect(handler.handle(messageOf(5, 'another four'), from(1))).toBe('ignore')
    expect(handler.handle(messageOf(7, 'six'), from(1))).toBe('ignore')
    head = null
    expect(handler.handle(messageOf(5, 'four'), from(1))).toBe('ignore')
    expect(heard).toEqual([])
  })

  it('of the next epoch wait for it, and are heard when they fit', () => {
    expect(handler.handle(messageOf(6, 'five', 1), from(1))).toBe('accept')
    expect(handler.handle(messageOf(6, 'another five', 2), from(2))).toBe('accept')
    expect(heard).toEqual([])
    head = headOf(6, 'five')
    handler.replay()
    expect(heard).toEqual([{ view: 1, from: from(1) }])
    handler.replay()
    expect(heard).toHaveLength(1)
  })

  it('one member cannot take the room of the others', () => {
    for (let i = 0; i < 1_000; i++) {
      handler.handle(messageOf(6, 'five', i), from(1))
    }
    expect(handler.handle(messageOf(6, 'five', 7), from(2))).toBe('accept')
    head = headOf(6, 'five')
    handler.replay()
    expect(heard.filter((message) => message.from.sender === member(2))).toHaveLength(1)
    expect(heard.length).toBeLessThan(20)
  })
})
