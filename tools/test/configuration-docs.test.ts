import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PUBLIC_PARAMS, SWARM_PARAMS } from '../../packages/config/src/index.js'
import { parseNodeConfig } from '../../packages/node/src/config/node-config.js'

const DOCUMENT = readFileSync(fileURLToPath(new URL('../../docs/configuration.md', import.meta.url)), 'utf8')

const EXAMPLES = [...DOCUMENT.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
)

/** The cells of a table's row, by the key in its first cell. */
const ROWS = new Map(
  [...DOCUMENT.matchAll(/^\| `([\w.]+)` \|(.*)\|$/gm)].map(([, key = '', cells = '']) => [
    key,
    cells.split('|').map((cell) => cell.trim().replaceAll('`', ''))
  ])
)

/** Every value of a nested object by its dotted path; lists count as values. */
function leaves(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]]
  )
}

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(', ') || 'none' : String(value))

describe('docs/configuration.md', () => {
  it('has examples that are valid', () => {
    const configurations = EXAMPLES.filter((example) => /^dataDir:/m.test(example))
    expect(configurations.length).toBeGreaterThanOrEqual(5)
    for (const example of configurations) {
      expect(() => parseNodeConfig(parse(example))).not.toThrow()
    }
  })

  it('names every key with its default', () => {
    const required = { dataDir: './x', chain: { rpcUrls: ['http://127.0.0.1'], registry: `0x${'1'.repeat(40)}` } }
    const { params: _params, ...config } = parseNodeConfig(required, 'router')
    const withoutDefault = ['role', 'dataDir', 'chain.rpcUrls', 'chain.registry', 'payout']
    for (const [key, value] of leaves(config)) {
      const row = ROWS.get(key)
      expect(row, key).toBeDefined()
      if (!withoutDefault.includes(key)) {
        expect({ key, default: row?.[0] }).toEqual({ key, default: shown(value) })
      }
    }
  })

  it('names every parameter with the values of both presets', () => {
    const swarm = new Map(leaves(SWARM_PARAMS))
    for (const [key, value] of leaves(PUBLIC_PARAMS)) {
      const [inPublic, inSwarm] = ROWS.get(key) ?? []
      expect({ key, inPublic, inSwarm }).toEqual({
        key,
        inPublic: (value as number).toLocaleString('en'),
        inSwarm: (swarm.get(key) as number).toLocaleString('en')
      })
    }
  })
})
