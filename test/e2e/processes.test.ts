import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { cortensorJson } from './support/cortensor.js'
import { eventually } from './support/eventually.js'
import { isAlive, signalProcess, slowDown } from './support/processes.js'
import {
  type EpochLine,
  EVENT_MS,
  isEpoch,
  isTask,
  MODEL,
  READY_MS,
  type RunningSwarm,
  STOP_MS,
  STORY,
  startSwarm,
  type TaskLine,
  tempDir
} from './support/swarm.js'

const TEST_MS = 150_000

/** From the parent's death to that of the last process: the chain writes its last state. */
const ORPHANS_MS = 15_000

const QUESTION = [{ role: 'user' as const, content: 'What is the capital of France?' }]

/** Faults build on one another: a miner and an oracle that die stay dead until the swarm starts again. */
describe('a swarm with one process a node', () => {
  const dir = tempDir('processes')
  let swarm: RunningSwarm

  beforeAll(async () => {
    swarm = await startSwarm(dir.path, ['--processes'])
  }, READY_MS + 10_000)

  afterAll(() => {
    swarm?.kill()
    dir.remove()
  })

  const miners = (): string[] => swarm.ready.nodes.filter(({ role }) => role === 'miner').map(({ nodeId }) => nodeId)
  const ask = (): Promise<Response> => swarm.post({ model: MODEL, messages: QUESTION, max_tokens: 32 })
  const errorCode = async (response: Response): Promise<string> =>
    ((await response.json()) as { error: { code: string } }).error.code

  it('runs every node in a process of its own', () => {
    const pids = swarm.ready.nodes.map(({ nodeId }) => swarm.processOf(nodeId).pid)
    expect(new Set([...pids, swarm.pid]).size).toBe(swarm.ready.nodes.length + 1)
  })

  it(
    'says 504 when every miner is silent, and goes on when they wake up',
    async () => {
      const pids = miners().map((nodeId) => swarm.processOf(nodeId).pid)
      const send = (signal: NodeJS.Signals): void => {
        for (const pid of pids) {
          signalProcess(pid, signal)
        }
      }
      onTestFinished(() => send('SIGCONT'))
      send('SIGSTOP')
      const response = await ask()
      expect([response.status, await errorCode(response)]).toEqual([504, 'timeout'])
      send('SIGCONT')
      await eventually('an answer of a miner that woke up', EVENT_MS, async () => (await ask()).status === 200)
    },
    TEST_MS
  )

  it(
    'tries another miner when one dies before its answer has begun',
    async () => {
      const [dying = '', other] = miners()
      const [engine] = swarm.engines(swarm.processOf(dying).pid)
      signalProcess(engine?.pid ?? 0, 'SIGSTOP')
      // the router spreads them, so the miner that cannot compute has some of them when it dies
      const answers = Array.from({ length: 6 }, ask)
      await eventually('tasks in progress', EVENT_MS, async () => (await swarm.status()).tasks.active >= 1)
      signalProcess(swarm.processOf(dying).pid, 'SIGKILL')
      for (const response of await Promise.all(answers)) {
        expect(response.status).toBe(200)
        expect(response.headers.get('x-cortensor-miner')).toBe(other)
      }
      expect(swarm.events.filter(isTask)).toContainEqual(
        expect.objectContaining({ status: 'failed', miners: [dying], cid: null })
      )
      // a frozen process cannot see that its parent is gone
      signalProcess(engine?.pid ?? 0, 'SIGCONT')
      await eventually('the end of its engine', EVENT_MS, () => !isAlive(engine?.pid ?? 0))
    },
    TEST_MS
  )

  it(
    'lets the next view commit the epoch when its leader dies',
    async () => {
      const from = await swarm.status()
      // its turn has only begun when the epoch before it is committed
      const at = await eventually('a new epoch', EVENT_MS, async () => {
        const { epoch } = await swarm.status()
        return epoch.last !== null && epoch.last !== from.epoch.last && epoch
      })
      const epoch = (at.last ?? 0) + 1
      signalProcess(swarm.processOf(at.nextLeader ?? '').pid, 'SIGKILL')
      const diedMs = performance.now()
      const response = await ask()
      expect(response.status).toBe(200)
      const isIt = (line: Parameters<typeof isEpoch>[0]): line is EpochLine => isEpoch(line) && line.epoch === epoch
      const committed = await swarm.waitFor('epoch of the dead leader', isIt)
      console.log(`epoch ${epoch} came ${Math.round(performance.now() - diedMs)} ms after the death of its leader`)
      expect(committed.view).toBeGreaterThanOrEqual(1)
      expect(committed.leader).not.toBe(at.nextLeader)
      // the result may have missed this epoch's cutoff
      const holdsIt = (line: Parameters<typeof isEpoch>[0]): line is EpochLine =>
        isEpoch(line) && line.epoch >= epoch && line.results >= 1
      await swarm.waitFor('epoch with the result', holdsIt)
      const verified = await cortensorJson<object>(['verify', 'epoch', String(epoch), '--data-dir', dir.path])
      expect(verified).toMatchObject({ valid: true, view: committed.view, leader: committed.leader })
    },
    TEST_MS
  )

  it(
    'ends a stream with an error event when its miner dies in the middle of the answer',
    async () => {
      const last = miners()[1] ?? ''
      const miner = swarm.processOf(last)
      const engines = swarm.engines(miner.pid).map(({ pid }) => pid)
      const slow = slowDown(engines)
      onTestFinished(() => slow.release())
      const response = await swarm.post({ model: MODEL, messages: STORY, stream: true })
      expect(response.headers.get('x-cortensor-miner')).toBe(last)
      let received = ''
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        received += text
        if (isAlive(miner.pid) && /"content":"[^"]/.test(received)) {
          await slow.freeze()
          expect(received).not.toContain('finish_reason":"')
          signalProcess(miner.pid, 'SIGKILL')
          await slow.release()
        }
      }
      const events = received.split('\n\n').filter((frame) => frame.startsWith('data: '))
      const { error } = JSON.parse(events.at(-1)?.slice('data: '.length) ?? '{}') as { error?: { code: string } }
      expect(error?.code).toBe('miner_failed')
      expect(received).not.toContain('[DONE]')
      const task = /chatcmpl-([0-9a-f]{64})/.exec(received)?.[1]
      await swarm.waitFor(
        'failed task line',
        (line): line is TaskLine => isTask(line) && line.taskId === task && line.status === 'failed'
      )
      await eventually('the end of its engine', EVENT_MS, () => !engines.some(isAlive))
    },
    TEST_MS
  )

  it(
    'says 503 when no miner is left',
    async () => {
      await eventually('the end of all leases', EVENT_MS, async () => {
        const { nodes } = await swarm.status()
        return !nodes.some(({ roles }) => roles.includes('miner'))
      })
      const response = await ask()
      expect([response.status, await errorCode(response)]).toEqual([503, 'no_miner'])
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    },
    TEST_MS
  )

  it(
    'leaves no process when it is killed, and goes on where it was when it starts again',
    async () => {
      const before = { ready: swarm.ready, epoch: (await swarm.status()).epoch.last ?? 0 }
      const pids = swarm.processes().map(({ pid }) => pid)
      expect(pids.length).toBeGreaterThan(5)
      signalProcess(swarm.pid, 'SIGKILL')
      await eventually('the end of all processes', ORPHANS_MS, () => !pids.some(isAlive))

      swarm = await startSwarm(dir.path, ['--processes'])
      expect(swarm.ready.nodes.map(({ nodeId, operator }) => [nodeId, operator])).toEqual(
        before.ready.nodes.map(({ nodeId, operator }) => [nodeId, operator])
      )
      expect(swarm.ready.chain.contracts).toEqual(before.ready.chain.contracts)
      expect(swarm.ready.networkId).toBe(before.ready.networkId)
      expect(swarm.ready.api.key).not.toBe(before.ready.api.key)
      expect((await ask()).status).toBe(200)
      const isNew = (line: Parameters<typeof isEpoch>[0]): line is EpochLine => isEpoch(line) && line.results >= 1
      const next = await swarm.waitFor('epoch line', isNew)
      expect(next.epoch).toBeGreaterThanOrEqual(before.epoch)
      const verified = await cortensorJson<object>(['verify', 'epoch', String(next.epoch), '--data-dir', dir.path])
      expect(verified).toMatchObject({ valid: true })

      const { end, left, stderr } = await swarm.interrupt(STOP_MS)
      expect(end, stderr).toMatchObject({ code: 0 })
      expect(left).toEqual([])
    },
    TEST_MS + READY_MS
  )
})
