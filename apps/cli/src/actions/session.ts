import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type {
  ChainCall,
  ModelId,
  NodeId,
  Privacy,
  SessionId,
  SessionProfile,
  SessionTerms,
  TokenAmount
} from '@cortensor/interface'
import {
  createLogger,
  depositInto,
  getSession,
  loadIdentity,
  openSession,
  type SessionView,
  sessionIdOf,
  settleSession,
  viewSession
} from '@cortensor/node'
import { bytesToHex } from '@cortensor/utils'
import { type Connection, connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { DEFAULT_DATA_DIR } from '../options.js'
import { createOutput, formatCor, formatTable, type Output } from '../output.js'
import { using } from '../run.js'
import { withPreferences } from '../session-preferences.js'
import { explainRefusal, sessionRefused } from '../session-refusals.js'

export interface SessionOptions extends ConnectOptions {
  keys?: string
  json?: boolean
}

interface TermsOptions {
  maxPrice?: TokenAmount
  name?: string
  metadata?: string
  privacy?: Privacy
  minStake?: TokenAmount
  stakeAbove?: TokenAmount
  model?: string
  mode?: SessionTerms['mode']
  sla?: SessionTerms['sla']
  redundancy?: number
  reserveNodes?: number
  reserveSeconds?: number
  maxExecutions?: number
}

const TERMS = [
  'maxExecutions',
  'maxPrice',
  'metadata',
  'minStake',
  'mode',
  'model',
  'name',
  'privacy',
  'redundancy',
  'reserveNodes',
  'reserveSeconds',
  'sla',
  'stakeAbove'
] as const satisfies (keyof TermsOptions)[]

export interface CreateSessionOptions extends SessionOptions, TermsOptions {
  router?: string[]
  deposit: TokenAmount
  faucet?: boolean
}

export interface UpdateSessionOptions extends SessionOptions, TermsOptions {
  addRouter?: string[]
  removeRouter?: string[]
}

/** Nodes and reserve as documented; ten COR for a million tokens at most. */
const DEFAULT_PROFILE: SessionProfile = {
  terms: {
    ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0, reservedNodes: 0 },
    ...{ reserveSeconds: 300, maxExecutions: 0, maxPrice: 10_000_000n }
  },
  ...{ model: null, name: '', metadata: '' }
}

function profileOf(options: TermsOptions, before: SessionProfile): SessionProfile {
  const { metadata, model, name, redundancy } = options
  if (model !== undefined && !/^[0-9a-f]{64}$/.test(model)) {
    throw cliError('CLI_BAD_OPTION', '--model takes the id of a model, 64 hex digits; GET /v1/models shows it as model_id')
  }
  const { terms } = before
  return {
    terms: {
      ...terms,
      mode: options.mode ?? terms.mode,
      sla: options.sla ?? terms.sla,
      maxPrice: options.maxPrice ?? terms.maxPrice,
      reservedNodes: options.reserveNodes ?? terms.reservedNodes,
      reserveSeconds: options.reserveSeconds ?? terms.reserveSeconds,
      maxExecutions: options.maxExecutions ?? terms.maxExecutions,
      ...(redundancy === undefined ? {} : { redundant: redundancy > 1, minNodes: redundancy, maxNodes: redundancy })
    },
    model: model === undefined ? before.model : (model as ModelId),
    name: name ?? before.name,
    metadata: withPreferences(metadata ?? before.metadata, options)
  }
}

/** The folder with the keys that sign and pay for gas. */
function keysOf({ config, dataDir, keys, rpc }: SessionOptions): string {
  if (keys !== undefined) {
    return resolve(keys)
  }
  if (rpc !== undefined || config !== undefined) {
    throw cliError('CLI_NO_NETWORK', "Outside of a local swarm, say --keys DIR: the folder of the consumer's identity.json")
  }
  return join(resolve(dataDir ?? DEFAULT_DATA_DIR), 'consumer')
}

async function withSender<T>(options: SessionOptions, work: (connection: Connection, output: Output) => Promise<T>): Promise<T> {
  const output = createOutput(options.json === true)
  const folder = keysOf(options)
  // Loading makes keys where there are none: of an account without coins or sessions, and nobody asked for it.
  if (!existsSync(join(folder, 'identity.json'))) {
    throw cliError(
      'CLI_BAD_OPTION',
      `${folder} has no identity.json; name the consumer's folder with --keys, or its swarm's with --data-dir`
    )
  }
  const { operatorKey } = loadIdentity(folder)
  const connection = connect(options, createLogger({ level: 'error', destination: 'stderr' }), `0x${bytesToHex(operatorKey)}`)
  return await using(connection.client, () => work(connection, output))
}

async function withReader<T>(options: SessionOptions, work: (connection: Connection, output: Output) => Promise<T>): Promise<T> {
  const output = createOutput(options.json === true)
  const connection = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  return await using(connection.client, () => work(connection, output))
}

const stateOf = ({ closed }: SessionView): string =>
  closed === null ? 'open' : `closed after epoch ${closed.lastEpoch}, rest from ${new Date(closed.releaseAtMs).toISOString()}`

function describe(session: SessionView): string {
  const { balance, metadata, model, name, number, owner, paid, routers, settled, terms } = session
  return [
    `Session ${number}${name === '' ? '' : ` (${name})`}: ${stateOf(session)}`,
    `  owner        ${owner}`,
    `  escrow       ${formatCor(balance)}`,
    `  paid out     ${formatCor(paid)}${settled > paid ? ` of ${formatCor(settled)} that was spent` : ''}`,
    `  max. price   ${formatCor(terms.maxPrice)} for a million tokens`,
    `  model        ${model ?? 'any'}`,
    `  nodes        ${terms.mode}, level ${terms.sla}, ${terms.minNodes} to ${terms.maxNodes}`,
    `  reserve      ${terms.reservedNodes === 0 ? 'none' : `${terms.reservedNodes} nodes for ${terms.reserveSeconds} s`}`,
    `  tasks        ${terms.maxExecutions === 0 ? 'any number' : `at most ${terms.maxExecutions} by each router`}`,
    ...(metadata === '' ? [] : [`  metadata     ${metadata}`]),
    `  routers      ${routers.length === 0 ? 'none: nobody can spend' : routers.join(', ')}`
  ].join('\n')
}

function tell(output: Output, session: SessionView, extra: Record<string, unknown> = {}): void {
  if (output.json) {
    output.value({ ...session, ...extra })
  }
  output.line(describe(session))
}

async function ensureTokens({ client }: Connection, amount: TokenAmount, useFaucet: boolean): Promise<void> {
  const account = client.chain.account
  const { native, token } = account === null ? { native: 0n, token: 0n } : await client.chain.balances(account)
  if (account === null || native === 0n) {
    throw cliError('CLI_BAD_OPTION', `The account ${account} has no coins to pay for gas; send it some first`)
  }
  if (token >= amount) {
    return
  }
  if (!useFaucet) {
    const message = `The account ${account} has ${formatCor(token)}, not ${formatCor(amount)}; send it the rest, or say --faucet on a development chain`
    throw cliError('CLI_BAD_OPTION', message)
  }
  await client.chain.send({ type: 'faucet', to: account, amount: amount - token })
}

export async function createSession(options: CreateSessionOptions): Promise<void> {
  await withSender(options, async (connection, output) => {
    const { client, swarm } = connection
    const ofSwarm = swarm?.nodes.filter(({ role }) => role === 'router').map(({ nodeId }) => nodeId) ?? []
    const routers = [...new Set(options.router ?? ofSwarm)] as NodeId[]
    await ensureTokens(connection, options.deposit, options.faucet === true)
    const init = { ...profileOf(options, DEFAULT_PROFILE), routers, deposit: options.deposit }
    const { session, txHash } = await openSession(client.chain, init)
    tell(output, session, { txHash })
  })
}

export async function depositSession(
  number: number,
  amount: TokenAmount,
  options: SessionOptions & { faucet?: boolean }
): Promise<void> {
  await withSender(options, async (connection, output) => {
    const { chain } = connection.client
    const before = await getSession(chain, number)
    if (before.closed !== null) {
      // Before the approval, which the contract would take and which costs gas.
      throw sessionRefused('SessionIsClosed', before)
    }
    await ensureTokens(connection, amount, options.faucet === true)
    const txHash = await depositInto(chain, number, amount).catch((error: unknown) => {
      throw explainRefusal(error, before)
    })
    tell(output, await getSession(chain, number), { txHash })
  })
}

export async function listSessions(options: SessionOptions & { owner?: string }): Promise<void> {
  await withReader(options, async ({ client }, output) => {
    const all = (await client.chain.sessions()).map(viewSession)
    const shown = all.filter(({ owner }) => options.owner === undefined || owner === options.owner)
    if (output.json) {
      output.value(shown)
    }
    const rows = shown.map((session) => [
      String(session.number),
      session.closed === null ? 'open' : 'closed',
      formatCor(session.balance),
      formatCor(session.paid),
      session.owner,
      session.name
    ])
    output.line(
      shown.length === 0
        ? 'There is no session yet'
        : formatTable([['NUMBER', 'STATE', 'ESCROW', 'PAID OUT', 'OWNER', 'NAME'], ...rows])
    )
  })
}

export async function showSession(number: number, options: SessionOptions): Promise<void> {
  await withReader(options, async ({ client }, output) => tell(output, await getSession(client.chain, number)))
}

async function sendAndTell(number: number, options: SessionOptions, calls: (session: SessionView, id: SessionId) => ChainCall[]) {
  await withSender(options, async ({ client }, output) => {
    const { chain } = client
    let txHash: string | null = null
    const before = await getSession(chain, number)
    for (const call of calls(before, sessionIdOf(number))) {
      const sent = await chain.send(call).catch((error: unknown) => {
        throw explainRefusal(error, before)
      })
      txHash = sent.transactionHash
    }
    tell(output, await getSession(chain, number), { txHash })
  })
}

export async function updateSession(number: number, options: UpdateSessionOptions): Promise<void> {
  await sendAndTell(number, options, (before, session) => {
    const { addRouter = [], removeRouter = [] } = options
    const isChanged = TERMS.some((key) => options[key] !== undefined)
    if (!isChanged && addRouter.length + removeRouter.length === 0) {
      throw cliError('CLI_BAD_OPTION', 'Nothing to change; add --help for what can be')
    }
    const router =
      (isAllowed: boolean) =>
      (nodeId: string): ChainCall => ({
        ...{ type: 'setSessionRouter', session, router: nodeId as NodeId, isAllowed }
      })
    return [
      ...(isChanged ? [{ type: 'updateSession', session, ...profileOf(options, before) } as const] : []),
      ...addRouter.map(router(true)),
      ...removeRouter.map(router(false))
    ]
  })
}

export async function settle(number: number, options: SessionOptions): Promise<void> {
  await withSender(options, async ({ client }, output) => {
    const settled = await settleSession(client, number)
    if (output.json) {
      output.value(settled)
    }
    output.line(
      `Session ${number} paid ${formatCor(settled.paid)}, as of epoch ${settled.epoch}; ${formatCor(settled.spent)} in all`
    )
    output.line(`  transaction   ${settled.txHash}`)
  })
}

export async function closeSession(number: number, options: SessionOptions): Promise<void> {
  await sendAndTell(number, options, (_session, session) => [{ type: 'closeSession', session }])
}

export async function withdrawSession(number: number, options: SessionOptions): Promise<void> {
  await sendAndTell(number, options, (_session, session) => [{ type: 'withdrawSession', session }])
}
