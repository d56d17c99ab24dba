import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { cortensorJson } from './support/cortensor.js'
import { eventually } from './support/eventually.js'
import { isAlive, signalProcess } from './support/processes.js'
import { isEpoch, MODEL, READY_MS, type RunningSwarm, STORY, startSwarm, tempDir } from './support/swarm.js'

const TEST_MS = 240_000

/** Says something on a TCP port, and waits until the other side hangs up or a while has passed. */
function say(port: number, words: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words))
    socket.setTimeout(2_000, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', () => {})
    socket.on('close', () => resolve())
  })
}

describe('a swarm in bad company', () => {
  const dir = tempDir('hostile')
  let swarm: RunningSwarm

  beforeAll(async () => {
    swarm = await startSwarm(dir.path, ['--processes'])
  }, READY_MS + 10_000)

  afterAll(() => {
    swarm?.kill()
    dir.remove()
  })

  const ask = (stream: boolean): Promise<Response> => swarm.post({ model: MODEL, messages: STORY, stream })

  it(
    'hears garbage on every port, and goes on',
    async () => {
      const pids = swarm.processes().map(({ pid }) => pid)
      const ports = swarm.ready.nodes.map(({ multiaddrs }) => Number(multiaddrs[0]?.split('/')[4]))
      const api = Number(new URL(swarm.ready.api.url).port)
      const words = [
        randomBytes(65_536),
        '\x13/multistream/1.0.0\n\x07/noise\n',
        `\x13/multistream/1.0.0\n\x07/noise\n${randomBytes(600).toString('latin1')}`,
        'GET / HTTP/1.1\r\n\r\n',
        `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n{'
      ]
      for (const text of words) {
        await Promise.all([api, ...ports].flatMap((port) => Array.from({ length: 20 }, () => say(port, text))))
      }
      expect(pids.filter((pid) => !isAlive(pid))).toEqual([])
      expect((await ask(false)).status).toBe(200)
    },
    TEST_MS
  )

  it(
    'answers two hundred requests at once, one after the other',
    async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i % 2 === 0)))
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      const texts = await Promise.all(answers.map((answer) => answer.text()))
      for (const [i, text] of texts.entries()) {
        expect(text).toContain(i % 2 === 0 ? '[DONE]' : '"finish_reason":"stop"')
      }
      const { tasks } = await swarm.status()
      expect(tasks.active).toBe(0)
    },
    TEST_MS
  )

  it(
    'commits without an oracle that stands still, which catches up when it goes on',
    async () => {
      const { nodeId } = swarm.ready.nodes.find(({ role }) => role === 'oracle') ?? { nodeId: '' }
      const { pid } = swarm.processOf(nodeId)
      onTestFinished(() => signalProcess(pid, 'SIGCONT'))
      const last = async (): Promise<number> => (await swarm.status()).epoch.last ?? 0
      /** One with a result in it, so that there is a reason to commit. */
      const nextEpoch = async (): Promise<number> => {
        const before = await last()
        await ask(false)
        return eventually('the next epoch', TEST_MS, async () => {
          const now = await last()
          return now > before && now
        })
      }
      signalProcess(pid, 'SIGSTOP')
      const from = await last()
      while ((await nextEpoch()) < from + 3) {
        // it may take a view more when it is the silent one's turn
      }
      signalProcess(pid, 'SIGCONT')
      const isLed = (): boolean => swarm.events.some((line) => isEpoch(line) && line.leader === nodeId && line.epoch > from + 3)
      while (!isLed()) {
        await nextEpoch()
      }
      const to = await last()
      for (const epoch of [from + 1, from + 3, to]) {
        const verified = await cortensorJson<object>(['verify', 'epoch', String(epoch), '--data-dir', dir.path])
        expect(verified).toMatchObject({ epoch, valid: true, reason: null })
      }
    },
    2 * TEST_MS
  )
})
