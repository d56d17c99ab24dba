import type {
  CidString,
  CompletionEvent,
  CompletionRequest,
  EpochNumber,
  Gateway,
  GatewayModel,
  GatewayStatus,
  ModelId,
  NodeId,
  TaskAgreement,
  TaskFailure,
  TaskId,
  TaskReceipt
} from '@cortensor/interface'

export const MODEL: GatewayModel = {
  id: 'a1'.repeat(32) as ModelId,
  name: 'tiny-general',
  quantisation: 'F16',
  contextLength: 256,
  miners: 2,
  firstSeenMs: 1_700_000_000_500,
  priceMicroPerKilotoken: 2_000,
  utilisation: 0.25
}
export const MINER = '12D3KooWMinerOne' as NodeId
export const OTHER_MINER = '12D3KooWMinerTwo' as NodeId
export const TASK_ID = 'b2'.repeat(32) as TaskId
export const CID = 'bafyreicid' as CidString

export const assigned = (attempt = 1, miner = MINER): CompletionEvent => ({
  type: 'assigned',
  taskId: TASK_ID,
  miner,
  model: MODEL,
  attempt
})
export const AGREEMENT: TaskAgreement = {
  label: 'signal',
  embedding: 'an/embedding/1',
  verdict: 'agree',
  miners: 2,
  equal: 1,
  answers: [
    { taskId: TASK_ID, miner: MINER, verdict: 'agree', similarity: 1 },
    { taskId: 'b3'.repeat(32) as TaskId, miner: OTHER_MINER, verdict: 'agree', similarity: 0.97 }
  ]
}

/** The same as clients read it. */
export const WIRE_AGREEMENT = {
  ...AGREEMENT,
  answers: AGREEMENT.answers.map(({ taskId, ...answer }) => ({ task_id: taskId, ...answer }))
}

export const delta = (text: string): CompletionEvent => ({ type: 'delta', text })
export const end = (finishReason: 'stop' | 'length' | 'cancelled' = 'stop', miner = MINER): CompletionEvent => ({
  type: 'end',
  taskId: TASK_ID,
  miner,
  finishReason,
  usage: { promptTokens: 7, completionTokens: 3 },
  fingerprint: 'engine 1 cpu',
  cid: CID
})
export const failed = (failure: TaskFailure, message = `It ended with ${failure}.`): CompletionEvent => ({
  type: 'failed',
  taskId: null,
  failure,
  message
})

export type Script = (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<CompletionEvent>

export async function* say(...events: CompletionEvent[]): AsyncGenerator<CompletionEvent> {
  yield* events
}

/** Rejects at the abort. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) {
      onAbort()
    }
  })
}

/** Yields some text, then nothing until it is aborted. */
export const hang = (...texts: string[]): Script =>
  async function* (_request, signal) {
    yield assigned()
    yield* texts.map(delta)
    await untilAborted(signal)
  }

/** The gateway port, playing scripts and counting iterations that have not been left. */
export function createScriptedGateway(
  init: {
    script?: Script
    ready?: boolean
    models?: GatewayModel[]
    receipts?: TaskReceipt[]
    receiptFiles?: Map<string, Uint8Array>
  } = {}
) {
  const requests: CompletionRequest[] = []
  const callers: (string | undefined)[] = []
  let active = 0
  let aborted = 0
  let ready = init.ready ?? true
  let script = init.script ?? (() => say(assigned(), delta('Hel'), delta('lo'), end()))
  const gateway: Gateway = {
    models: async () => init.models ?? [MODEL],
    complete(request, options) {
      const signal = options?.signal ?? new AbortController().signal
      requests.push(request)
      return (async function* () {
        active += 1
        try {
          yield* script(request, signal)
        } finally {
          active -= 1
          aborted += signal.aborted ? 1 : 0
        }
      })()
    },
    async receipt(taskId, options) {
      callers.push(options?.caller)
      return (init.receipts ?? []).find((receipt) => receipt.taskId === taskId) ?? null
    },
    async receiptFile(taskId, options) {
      callers.push(options?.caller)
      return init.receiptFiles?.get(taskId) ?? null
    },
    status: async (): Promise<GatewayStatus> => ({
      ready,
      networkId: '0123456789abcdef',
      nodeId: '12D3KooWRouter' as NodeId,
      peers: 4,
      nodes: [],
      tasks: { active, completed: 0, failed: 0 },
      sessions: [],
      epoch: { last: 3 as EpochNumber, lastCommitMs: 5, lastTransaction: '0xab', nextLeader: null }
    })
  }
  return {
    gateway,
    requests,
    /** Who asked for receipts. */
    callers,
    active: () => active,
    aborted: () => aborted,
    setReady: (value: boolean) => {
      ready = value
    },
    play: (next: Script) => {
      script = next
    }
  }
}
