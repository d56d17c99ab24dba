import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { ChainName, NetworkParams, NetworkParamsOverrides, PresetName } from '@cortensor/config'
import { CHAIN_NAMES, CHAINS, resolveParams } from '@cortensor/config'
import type { Address, Role } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { parse } from 'yaml'
import { z } from 'zod'
import { nodeError } from '../errors.js'

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits')
const rpcUrl = z.url({ protocol: /^https?$/ })
/** A session's number in the contract. */
const session = z.int().min(1)
const scope = z.enum(['inference', 'admin', 'metrics'])

const schema = z.strictObject({
  role: z.enum(['miner', 'oracle', 'router']).optional(),
  dataDir: z.string().min(1),
  preset: z.enum(['public', 'swarm']).default('public'),
  /** Values that replace the preset's; every node of a network must have the same. */
  params: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string()]))).default({}),
  chain: z.strictObject({
    /** A single URL may stand without a list. */
    rpcUrls: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(rpcUrl).min(1).max(20).optional()),
    /** A known chain: its public RPC, chain id and confirmation depth, and the registry of the network that is deployed there. */
    name: z.enum(CHAIN_NAMES).optional(),
    /** @default that of `name` */
    registry: address.optional(),
    chainId: z.int().min(1).optional(),
    pollIntervalMs: z.int().min(50).max(60_000).default(1_000),
    /** An RPC whose head is this many blocks behind the best one is not read from. */
    maxLagBlocks: z.int().min(0).max(10_000).default(5),
    /** An RPC whose head is older is not read from while another has a younger one. */
    maxHeadAgeSeconds: z.int().min(1).max(86_400).default(600),
    /** Draw the stake from the token's faucet when it is missing: development chains only. */
    faucet: z.boolean().default(false)
  }),
  network: z
    .strictObject({
      listen: z.array(z.string().max(256)).max(16).default(['/ip4/127.0.0.1/tcp/0']),
      announce: z.array(z.string().max(256)).max(8).default([]),
      bootstrap: z.array(z.string().max(256)).max(64).default([]),
      /** All nodes are on one machine or in one private network. */
      local: z.boolean().default(false)
    })
    .prefault({}),
  /** Where rewards go. @default the operator's own account */
  payout: address.optional(),
  miner: z
    .strictObject({
      /** GGUF files, or `builtin:NAME`. */
      models: z.array(z.string().min(1)).max(32).default([]),
      sequences: z.int().min(1).max(64).default(4),
      threads: z.int().min(1).max(1024).optional(),
      /** Longest context to allocate for one sequence, in tokens; the model's own limit still holds. */
      maxContextLength: z.int().min(16).max(1_048_576).default(4_096),
      gpu: z.boolean().default(false),
      priceMicroPerKilotoken: z.int().min(0).default(0)
    })
    .prefault({}),
  router: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8080),
      /** SHA-256 of the keys that may use the API; `cortensor key` makes one. */
      apiKeys: z
        .array(
          z.strictObject({
            hash: z.string().regex(/^[0-9a-f]{64}$/),
            scopes: z.array(scope).min(1),
            /** The session that pays for what is asked with this key. @default the router's own */
            session: session.optional()
          })
        )
        .max(1_000)
        .default([]),
      /** The session that pays. @default the open session, under which nothing is paid */
      session: session.optional(),
      /** Miners that ask for more are passed over. @default what the session pays at most */
      maxPriceMicroPerKilotoken: z.int().min(0).optional(),
      /** Covert quiz items for each request. */
      probeShare: z.number().min(0).max(1).default(0)
    })
    .prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')
})

export type NodeConfigInput = z.input<typeof schema>

/** A checked configuration, with every default filled in. */
export interface NodeConfig extends Omit<z.output<typeof schema>, 'role' | 'params' | 'chain' | 'payout' | 'preset'> {
  role: Role
  params: NetworkParams
  chain: Omit<z.output<typeof schema>['chain'], 'name'> & { registry: Address; rpcUrls: string[] }
  payout: Address | undefined
}

/** A known chain says how deep its word is final, unless the file does. */
const withDepth = (params: NetworkParamsOverrides, name: ChainName | undefined): NetworkParamsOverrides =>
  name === undefined ? params : { ...params, epoch: { confirmationDepth: CHAINS[name].confirmationDepth, ...params.epoch } }

/** Fills in what is known of a chain. */
function resolveChain({ name, ...chain }: z.output<typeof schema>['chain'], source: string): NodeConfig['chain'] {
  const known = name === undefined ? undefined : CHAINS[name]
  const rpcUrls = chain.rpcUrls ?? [...(known?.rpcUrls ?? [])]
  if (rpcUrls.length === 0) {
    throw nodeError('NODE_CONFIG_INVALID', `${source}, chain.rpcUrls: say at least one URL of the chain's RPC`)
  }
  const registry = chain.registry ?? known?.registry
  if (registry === undefined) {
    throw nodeError('NODE_CONFIG_INVALID', `${source}, chain.registry: say the registry's address, or the chain's name`)
  }
  if (registry === null) {
    throw nodeError(
      'NODE_CONFIG_INVALID',
      `${source}, chain.registry: no network is known on ${known?.title}. Ask its operators for the registry's address, or deploy one ` +
        `with \`cortensor deploy --chain ${name}\` and copy \`registry\` from deployments/${known?.chainId}.json`
    )
  }
  const chainId = chain.chainId ?? known?.chainId
  return { ...chain, rpcUrls, registry: registry.toLowerCase() as Address, ...(chainId === undefined ? {} : { chainId }) }
}

/** Throws `NODE_CONFIG_INVALID` naming the first value that does not fit, and `source`, where it comes from. */
export function parseNodeConfig(input: unknown, role?: Role, source = 'Configuration'): NodeConfig {
  const result = schema.safeParse(input)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw nodeError('NODE_CONFIG_INVALID', `${source}, ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'invalid'}`)
  }
  const { params, payout, preset, ...config } = result.data
  const chosen = role ?? config.role
  if (chosen === undefined) {
    throw nodeError(
      'NODE_CONFIG_INVALID',
      `${source}: no role; say --role miner, oracle or router, or put \`role:\` into the file`
    )
  }
  if (chosen === 'miner' && config.miner.models.length === 0) {
    throw nodeError(
      'NODE_CONFIG_INVALID',
      `${source}, miner.models: a miner needs at least one GGUF file, or builtin:tiny-general-v2-q8_0`
    )
  }
  return {
    ...config,
    role: chosen,
    params: resolveParams(preset as PresetName, withDepth(params as NetworkParamsOverrides, config.chain.name)),
    chain: resolveChain(config.chain, source),
    payout: payout?.toLowerCase() as Address | undefined
  }
}

/** Reads a YAML or JSON file; relative paths in it start at its folder. Throws `NODE_CONFIG_MISSING` or `NODE_CONFIG_INVALID`. */
export function readNodeConfig(file: string, role?: Role): NodeConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw nodeError('NODE_CONFIG_MISSING', `The configuration file ${file} cannot be read: ${errorMessage(error)}`, {
      cause: error
    })
  }
  let input: unknown
  try {
    input = parse(text)
  } catch (error) {
    // the lines that follow draw the place
    const what = errorMessage(error).split('\n')[0]?.replace(/:$/, '')
    throw nodeError('NODE_CONFIG_INVALID', `${file} is not valid YAML: ${what}`, { cause: error })
  }
  const config = parseNodeConfig(input, role, file)
  const from = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path))
  const models = config.miner.models.map((model) => (model.startsWith('builtin:') ? model : from(model)))
  return { ...config, dataDir: from(config.dataDir), miner: { ...config.miner, models } }
}
