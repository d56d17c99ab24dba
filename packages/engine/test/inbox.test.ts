import { describe, expect, it } from 'vitest'
import { Inbox } from '../src/inbox.js'

describe('Inbox', () => {
  it('joins the tokens that a slow consumer left', async () => {
    const inbox = new Inbox()
    inbox.push({ type: 'start', promptTokenIds: [7] })
    for (let id = 0; id < 100; id++) {
      inbox.push({ type: 'token', tokenIds: [id], text: 'x' })
    }
    expect(await inbox.next()).toEqual({ type: 'start', promptTokenIds: [7] })
    const token = await inbox.next()
    expect(token).toMatchObject({ type: 'token', text: 'x'.repeat(100) })
    expect(token.type === 'token' && token.tokenIds).toHaveLength(100)
  })

  it('wakes a waiting consumer, and fails for good with the first failure', async () => {
    const inbox = new Inbox()
    const next = inbox.next()
    inbox.push({ type: 'token', tokenIds: [1], text: 'a' })
    expect(await next).toEqual({ type: 'token', tokenIds: [1], text: 'a' })
    const failing = inbox.next()
    inbox.fail(new Error('first'))
    inbox.fail(new Error('second'))
    await expect(failing).rejects.toThrow('first')
    inbox.push({ type: 'token', tokenIds: [1], text: 'a' })
    await expect(inbox.next()).rejects.toThrow('first')
  })
})
