import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { QuizHistory, RoundExplanation } from '@cortensor/node'
import { decode } from '@ipld/dag-cbor'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { cortensor, cortensorJson } from './support/cortensor.js'
import { eventually } from './support/eventually.js'
import { startNode } from './support/node.js'
import { slowDown } from './support/processes.js'
import {
  EVENT_MS,
  isEpoch,
  isQuiz,
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

/** Of a test that waits for epochs: several of them, and commands in between. */
const TEST_MS = 150_000

const QUESTION = [{ role: 'user' as const, content: 'What is the capital of France?' }]

interface Receipt {
  status: 'pending' | 'committed'
  cid: string
  epoch: number | null
  payment: { cost_micro: number; state: 'pending' | 'charged' | 'settled' } | null
  privacy: 'public' | 'private'
  key: string | null
}

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string }
}

interface Claim {
  operator: string
  paid: string
  cumulative: string
  balance: string
}

interface Status {
  epoch: { last: number | null; nextLeader: string | null; lastTransaction: string | null }
  nodes: { nodeId: string; roles: string[]; leaseMs: number; models: string[] }[]
  balances: Record<string, { native: string; token: string }>
}

describe('a swarm in one process', () => {
  const dir = tempDir('swarm')
  const network = ['--data-dir', dir.path]
  let swarm: RunningSwarm

  beforeAll(async () => {
    swarm = await startSwarm(dir.path)
  }, READY_MS + 10_000)

  afterAll(() => {
    swarm?.kill()
    dir.remove()
  })

  const complete = () => swarm.openai.chat.completions.create({ model: MODEL, messages: QUESTION, max_tokens: 32 })

  const receiptOf = async (taskId: string): Promise<Receipt> => {
    const url = `${swarm.ready.api.url}/v1/receipts/${taskId}`
    const response = await fetch(url, { headers: { authorization: `Bearer ${swarm.ready.api.key}` } })
    return (await response.json()) as Receipt
  }

  const taskOf = (completionId: string): Promise<TaskLine> =>
    swarm.waitFor(`task line of ${completionId}`, (line): line is TaskLine => isTask(line) && completionId.endsWith(line.taskId))

  it('says first that it is ready, in the documented shape', () => {
    const address = expect.stringMatching(/^0x[0-9a-f]{40}$/)
    const loopback = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(swarm.events[0]).toStrictEqual({
      event: 'ready',
      api: { url: loopback, key: expect.stringMatching(/^ck-[\w-]{43}$/) },
      chain: {
        rpcUrl: loopback,
        chainId: 31_337,
        contracts: { registry: address, token: address, committee: address, distributor: address }
      },
      networkId: expect.stringMatching(/^[0-9a-f]{16}$/),
      session: { number: 1, escrow: '1000000000' },
      nodes: ['oracle', 'oracle', 'oracle', 'oracle', 'router', 'miner', 'miner'].map((role) => ({
        role,
        nodeId: expect.stringMatching(/^12D3KooW/),
        operator: address,
        multiaddrs: [expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW/)]
      }))
    })
    const { nodes } = swarm.ready
    expect(new Set(nodes.map((node) => node.operator)).size).toBe(nodes.length)
    expect(new Set(nodes.map((node) => node.nodeId)).size).toBe(nodes.length)
  })

  it('lists a model that two miners hold', async () => {
    const { data } = await swarm.openai.models.list()
    expect(data.map(({ id }) => id)).toEqual([MODEL])
    expect(data[0]).toMatchObject({ object: 'model', cortensor: { miners: 2, context_length: 512 } })
  })

  it(
    'answers, keeps the transcript where anybody can fetch it and nobody read it, and commits the result with an epoch that verifies',
    async () => {
      const completion = await complete()
      expect(completion.choices[0]?.message.content).toMatch(/Paris/)
      expect(completion.choices[0]?.finish_reason).toBe('stop')
      const task = await taskOf(completion.id)
      expect(task).toMatchObject({ status: 'completed', cid: expect.stringMatching(/^bafy/) })
      const receipt = (): Promise<Receipt> => receiptOf(task.taskId)
      const cost = 2 * (completion.usage?.completion_tokens ?? 0)
      const pending = { price_micro_per_kilotoken: 2_000, cost_micro: cost, state: 'pending' }
      expect(await receipt()).toMatchObject({ status: 'pending', cid: task.cid, epoch: null, payment: pending })

      const fetched = await cortensor(['fetch', task.cid ?? '', '--raw', ...network])
      expect(fetched).toMatchObject({ code: 0, stderr: '' })
      const transcript = decode(fetched.stdout) as { subject: { task: Uint8Array }; networkId: Uint8Array }
      expect(Buffer.from(transcript.subject.task).toString('hex')).toBe(task.taskId)
      expect(Buffer.from(transcript.networkId).toString('hex')).toBe(swarm.ready.networkId)
      const words = [...QUESTION.map(({ content }) => content), completion.choices[0]?.message.content ?? '']
      expect(words.filter((text) => fetched.stdout.includes(text))).toEqual([])

      const settled = await eventually('receipt settled', EVENT_MS, async () => {
        const now = await receipt()
        return now.status === 'committed' ? now : null
      })
      const told = await swarm.waitFor(
        `line of epoch ${settled.epoch}`,
        (line): line is Extract<typeof line, { event: 'epoch' }> => isEpoch(line) && line.epoch === settled.epoch
      )
      expect(told.results).toBeGreaterThanOrEqual(1)
      expect(settled.payment).toMatchObject({ cost_micro: cost, state: expect.stringMatching(/^(charged|settled)$/) })
      const verified = await cortensorJson<{ digest: string }>(['verify', 'epoch', String(settled.epoch), ...network])
      const { event: _event, results, ...said } = told
      expect(verified).toMatchObject({ valid: true, reason: null, results, ...said })

      const headers = { authorization: `Bearer ${swarm.ready.api.key}` }
      const file = join(dir.path, 'receipt.json')
      const served = await fetch(`${swarm.ready.api.url}/v1/receipts/${task.taskId}/file`, { headers })
      writeFileSync(file, new Uint8Array(await served.arrayBuffer()))
      const { digest } = verified
      expect(await cortensorJson(['verify', file, '--root', digest])).toMatchObject({
        status: 'valid',
        taskId: task.taskId,
        digest
      })
      expect(await cortensorJson(['verify', 'receipt', file, ...network])).toMatchObject({ status: 'valid', reason: null })
    },
    TEST_MS
  )

  it(
    'lets anybody run an answer again, and finds a changed one',
    async () => {
      const completion = await swarm.openai.chat.completions.create({
        model: MODEL,
        messages: STORY,
        max_tokens: 96,
        temperature: 0
      })
      const task = await taskOf(completion.id)
      const cid = task.cid ?? ''
      const { key, privacy } = await receiptOf(task.taskId)
      expect([privacy, key]).toEqual(['private', expect.stringMatching(/^[0-9a-f]{64}$/)])
      const answer = completion.choices[0]?.message.content?.slice(0, 20) ?? ''
      const inWords = await cortensor(['fetch', cid, '--key', key ?? '', ...network])
      expect(inWords.stdout.toString()).toContain(answer)
      const honest = await cortensorJson<object>(['verify', 'transcript', cid, '--key', key ?? '', ...network])
      expect(honest).toMatchObject({ verdict: 'valid', reason: null, taskId: task.taskId })

      const changed = (await cortensor(['fetch', cid, '--raw', ...network])).stdout
      const file = join(dir.path, 'changed')
      writeFileSync(file, changed)
      const sealed = await cortensor(['verify', 'transcript', file, '--json'])
      expect(sealed.code).toBe(3)
      expect(JSON.parse(sealed.stdout.toString())).toMatchObject({ verdict: 'unsupported', reason: 'sealed' })
      const at = changed.indexOf('signature') + 20
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(file, changed)
      const forged = await cortensor(['verify', 'transcript', file, '--json'])
      expect(forged.code).toBe(1)
      expect(JSON.parse(forged.stdout.toString())).toMatchObject({ verdict: 'invalid', reason: 'signature' })
    },
    TEST_MS
  )

  it('streams, with the usage at the end when it is asked for', async () => {
    const chunks = await swarm.openai.chat.completions.create({
      model: MODEL,
      messages: STORY,
      stream: true,
      stream_options: { include_usage: true }
    })
    let text = ''
    let finish: string | null = null
    let usage: { completion_tokens: number } | null = null
    for await (const chunk of chunks) {
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      usage = chunk.usage ?? usage
    }
    expect(text.length).toBeGreaterThan(40)
    expect(finish).toBe('stop')
    expect(usage?.completion_tokens).toBeGreaterThan(10)
  })

  it(
    'asks quiz rounds of at least three categories by itself',
    async () => {
      const quiz = await swarm.waitFor('quiz line', isQuiz)
      expect(quiz.outcomes.length).toBeGreaterThanOrEqual(1)
      // A seal that too few oracles had in time was asked nothing that counts.
      for (const outcome of quiz.outcomes.filter(({ status }) => status !== 'late')) {
        expect(Object.keys(outcome.categories).length).toBeGreaterThanOrEqual(3)
      }
      const history = await cortensorJson<QuizHistory>(['quiz', 'history', '--epochs', '200', ...network])
      const listed = history.rounds.find(({ roundId }) => roundId === quiz.round)
      expect(listed?.answers.map(({ node }) => node).sort()).toEqual(quiz.outcomes.map(({ miner }) => miner).sort())
      const explained = await cortensorJson<RoundExplanation>([
        'quiz',
        'explain',
        quiz.round.slice(0, 16),
        '--epochs',
        '200',
        ...network
      ])
      for (const { correct, miner } of quiz.outcomes) {
        const answers = explained.answers.find(({ node }) => node === miner)
        expect(answers?.items.filter(({ isAsked, isRight }) => isAsked && isRight)).toHaveLength(correct)
      }
    },
    TEST_MS
  )

  it(
    'exports its rounds with the signed messages behind them, and derives them again from the file alone',
    async () => {
      const quiz = await swarm.waitFor('quiz line', isQuiz)
      const car = join(dir.path, 'dataset.car')
      const exported = await cortensorJson<{ root: string; rows: number }>([
        'dataset',
        'export',
        '--car',
        car,
        '--epochs',
        '200',
        ...network
      ])
      const verified = await cortensorJson<object>(['dataset', 'import', car, '--verify', '--root', exported.root])
      expect(verified).toMatchObject({ valid: true, reason: null, root: exported.root, rows: exported.rows })
      expect(exported.rows).toBeGreaterThanOrEqual(quiz.outcomes.reduce((sum, { asked }) => sum + asked, 0))
    },
    TEST_MS
  )

  it(
    'shows its status: nodes, leases, models, epoch, leader, last commit and balances',
    async () => {
      await swarm.waitFor('epoch line', isEpoch)
      const status = await cortensorJson<Status>(['status', ...network])
      const { nodes } = swarm.ready
      expect(status.nodes.map(({ nodeId }) => nodeId).sort()).toEqual(nodes.map(({ nodeId }) => nodeId).sort())
      for (const node of status.nodes) {
        expect(node.leaseMs).toBeGreaterThan(0)
        expect(node.models).toEqual(node.roles.includes('miner') ? [MODEL] : [])
      }
      expect(status.epoch.last).toBeGreaterThanOrEqual(1)
      expect(status.epoch.lastTransaction).toMatch(/^0x[0-9a-f]{64}$/)
      expect(nodes.find(({ nodeId }) => nodeId === status.epoch.nextLeader)?.role).toBe('oracle')
      expect(Object.keys(status.balances).sort()).toEqual(nodes.map(({ operator }) => operator).sort())
    },
    TEST_MS
  )

  it(
    'pays what a miner has earned, exactly and once',
    async () => {
      const { operator } = swarm.file().nodes.find(({ name }) => name === 'miner-1') ?? { operator: '' }
      const balance = async (): Promise<bigint> =>
        BigInt((await cortensorJson<Status>(['status', ...network])).balances[operator]?.token ?? -1)
      const before = await balance()
      // Until it has answered a round, it has earned nothing.
      const claim = await eventually('reward of miner-1', EVENT_MS, async () => {
        const { code, stdout } = await cortensor(['claim', '--node', 'miner-1', '--json', ...network])
        return code === 0 ? (JSON.parse(stdout.toString()) as Claim) : null
      })
      expect(claim.operator).toBe(operator)
      expect(BigInt(claim.paid)).toBeGreaterThan(0n)
      expect(await balance()).toBe(before + BigInt(claim.paid))

      const again = await cortensor(['claim', '--node', 'miner-1', '--json', ...network])
      if (again.code === 0) {
        // an epoch was committed in between
        const second = JSON.parse(again.stdout.toString()) as Claim
        expect(BigInt(second.paid)).toBe(BigInt(second.cumulative) - BigInt(claim.cumulative))
        expect(BigInt(second.balance)).toBe(before + BigInt(claim.paid) + BigInt(second.paid))
      } else {
        expect(again.stderr).toMatch(/^cortensor: .*\(NODE_NOTHING_TO_CLAIM\)\n$/)
      }
    },
    TEST_MS
  )

  /** Freezes the engines in the middle of an answer and leaves; null when the answer was complete before. */
  const leaveInTheMiddle = async (): Promise<TaskLine | null> => {
    const slow = slowDown(swarm.engines().map(({ pid }) => pid))
    try {
      const client = new AbortController()
      const response = await swarm.post({ model: MODEL, messages: STORY, stream: true }, { signal: client.signal })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let received = ''
      while (!/"content":"[^"]/.test(received)) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
        expect(done, received).toBe(false)
        received += value
      }
      await slow.freeze()
      client.abort()
      const task = `${/chatcmpl-([0-9a-f]{64})/.exec(received)?.[1]}`
      const isIt = (line: Parameters<typeof isTask>[0]): line is TaskLine => isTask(line) && line.taskId === task
      const line = await swarm.waitFor('task line', isIt)
      return line.status === 'completed' ? null : line
    } finally {
      await slow.release()
    }
  }

  it(
    'has answers audited by the other miner',
    async () => {
      // Auditors are drawn among those whose skill with the model a report holds, which takes a round or two.
      let looks = 0
      await eventually('an audit', 2 * TEST_MS, async () => {
        if (looks++ % 100 === 0) {
          await complete()
        }
        return (await swarm.metric('cortensor_miner_audits_total{vote="valid"}')) > 0
      })
    },
    2 * TEST_MS + 10_000
  )

  it(
    'cancels the generation at the miner when the client goes away',
    async () => {
      const cancelled = async (where: string): Promise<number> => swarm.metric(`cortensor_${where}_total{outcome="cancelled"}`)
      const before = { miner: await cancelled('miner_tasks'), engine: await cancelled('engine_requests') }
      await eventually('an answer left in its middle at the miner, too', EVENT_MS, async () => {
        const left = await leaveInTheMiddle()
        if (left === null) {
          return false
        }
        expect(left.status).toBe('cancelled')
        // It may have been through when it heard of that.
        await eventually('the end of the task', EVENT_MS, async () => (await swarm.metric('cortensor_miner_active_tasks')) === 0)
        return (await cancelled('miner_tasks')) > before.miner
      })
      await eventually('end of the generation', EVENT_MS, async () => (await cancelled('engine_requests')) > before.engine)
      expect((await complete()).choices[0]?.message.content).toMatch(/Paris/)
    },
    TEST_MS
  )

  describe("answers what it cannot do in OpenAI's error shape", () => {
    const expectError = async (response: Response, status: number, code: string): Promise<void> => {
      const body = (await response.json()) as ErrorBody
      expect([response.status, body.error.code]).toEqual([status, code])
      expect(Object.keys(body)).toEqual(['error'])
      expect(Object.keys(body.error).sort()).toEqual(['code', 'message', 'param', 'type'])
      expect(body.error.message.length).toBeGreaterThan(10)
    }

    it('404 for a model that nobody offers, also through the official client', async () => {
      await expectError(await swarm.post({ model: 'gpt-7', messages: QUESTION }), 404, 'model_not_found')
      const asked = swarm.openai.chat.completions.create({ model: 'gpt-7', messages: QUESTION })
      await expect(asked).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
    })

    it.each([
      ['a missing key', { authorization: '' }],
      ['a wrong key', { authorization: `Bearer ck-${'A'.repeat(43)}` }]
    ])('401 for %s', async (_what, headers) => {
      await expectError(await swarm.post({ model: MODEL, messages: QUESTION }, { headers }), 401, 'invalid_api_key')
    })

    it('413 for a body over the limit', async () => {
      const messages = [{ role: 'user', content: 'a'.repeat(1_048_576) }]
      await expectError(await swarm.post({ model: MODEL, messages }), 413, 'body_too_large')
    })

    it.each([
      ['streamed', true],
      ['not streamed', false]
    ])('400 for a prompt longer than the context, %s', async (_how, stream) => {
      const messages = [{ role: 'user', content: 'fox '.repeat(1_000) }]
      await expectError(await swarm.post({ model: MODEL, messages, stream }), 400, 'context_length_exceeded')
    })

    it('400 for a body that is not JSON', async () => {
      const response = await swarm.post(null, { body: '{"model":' })
      await expectError(response, 400, 'invalid_json')
    })
  })

  it(
    'takes in a miner that joins by RPC, registry and bootstrap address, once its operator has coins',
    async () => {
      const joined = tempDir('joiner')
      const { bootstrap, chain, params } = swarm.file()
      const configFile = join(joined.path, 'miner.json')
      const config = {
        dataDir: 'data',
        preset: 'swarm',
        params,
        chain: { rpcUrls: [chain.rpcUrl], registry: chain.registry, faucet: true },
        network: { bootstrap, local: true },
        miner: { models: ['builtin:tiny-math-q8_0'], threads: 1 }
      }
      writeFileSync(configFile, JSON.stringify(config))

      const poor = await cortensor(['start', '--role', 'miner', '--config', configFile])
      expect(poor).toMatchObject({ code: 1, left: [] })
      expect(poor.stderr).toMatch(/^cortensor: .*\(NODE_NOT_FUNDED\)\n$/m)
      const operator = /0x[0-9a-f]{40}/.exec(poor.stderr)?.[0]
      const params10Coins = [operator, '0x8ac7230489e80000']
      await fetch(chain.rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_setBalance', params: params10Coins })
      })

      const miner = await startNode('miner', configFile)
      onTestFinished(() => {
        miner.kill()
        joined.remove()
      })
      expect(miner.ready).toMatchObject({ operator, networkId: swarm.ready.networkId, apiUrl: null })
      await eventually('the model of the new miner', EVENT_MS, async () => {
        const { data } = await swarm.openai.models.list()
        return data.some(({ id }) => id === 'tiny-math-q8_0')
      })
      const response = await swarm.post({
        model: 'tiny-math-q8_0',
        messages: [{ role: 'user', content: 'What is 3 + 4?' }],
        max_tokens: 16
      })
      expect(response.status).toBe(200)
      expect(response.headers.get('x-cortensor-miner')).toBe(miner.ready.nodeId)
      expect(await miner.interrupt(STOP_MS)).toMatchObject({ end: { code: 0 }, left: [] })
    },
    TEST_MS
  )

  it('stops at Ctrl-C and leaves no process', async () => {
    expect(swarm.processes().map(({ command }) => command)).toEqual(
      expect.arrayContaining([expect.stringContaining('anvil'), expect.stringContaining('engine/dist/child/main.js')])
    )
    const { end, left, stderr } = await swarm.interrupt(STOP_MS)
    expect(end, stderr).toMatchObject({ code: 0 })
    expect(left).toEqual([])
  })
})
