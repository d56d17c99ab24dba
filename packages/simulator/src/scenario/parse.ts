import { errorMessage } from '@cortensor/interface'
import { distance } from 'fastest-levenshtein'
import { parse } from 'yaml'
import type { z } from 'zod'
import { simulatorError } from '../errors.js'
import { scenarioJsonSchema } from './json-schema.js'
import { type Scenario, scenarioSchema } from './schema.js'

/** Far more than a scenario with a thousand faults needs. */
export const MAX_SCENARIO_BYTES = 1_048_576

/** A key this far from a known one is taken for a slip. */
const MAX_SLIP = 3

/** Reads a YAML (or JSON) text. Throws `SIM_SCENARIO_INVALID` naming `source`, the place in it and what would be right. */
export function parseScenario(text: string, source: string): Scenario {
  if (text.length > MAX_SCENARIO_BYTES) {
    throw invalid(source, `has more than ${MAX_SCENARIO_BYTES} characters`)
  }
  let input: unknown
  try {
    input = parse(text)
  } catch (error) {
    throw invalid(source, `is not valid YAML: ${errorMessage(error).split('\n')[0]?.replace(/:$/, '')}`, error)
  }
  return checkScenario(input, source)
}

/** The same for a value that has been read already. */
export function checkScenario(input: unknown, source: string): Scenario {
  const result = scenarioSchema.safeParse(input)
  if (!result.success) {
    throw invalid(source, result.error.issues.slice(0, 5).map(describe).join('; '))
  }
  return result.data
}

const invalid = (source: string, what: string, cause?: unknown) =>
  simulatorError('SIM_SCENARIO_INVALID', `${source}: ${what}`, cause === undefined ? {} : { cause })

function describe(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path)
    return issue.keys.map((key) => `${place === '' ? key : `${place}.${key}`} is not known${suggest(key, known)}`).join('; ')
  }
  return `${place === '' ? 'the scenario' : place}: ${issue.message}`
}

/** What could have been meant, or, with nothing similar, what there is. */
function suggest(key: string, known: readonly string[]): string {
  const closest = known
    .map((name) => ({ name, slip: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.slip - b.slip)[0]
  if (closest !== undefined && closest.slip <= MAX_SLIP) {
    return `; did you mean ${closest.name}?`
  }
  return known.length === 0 ? '' : `; known are ${known.join(', ')}`
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>
  additionalProperties?: SchemaNode | boolean
  items?: SchemaNode
  anyOf?: SchemaNode[]
  oneOf?: SchemaNode[]
}

/** Keys that the schema knows at a place. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let nodes: SchemaNode[] = [scenarioJsonSchema() as SchemaNode]
  for (const part of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => {
      const next = typeof part === 'number' ? node.items : (node.properties?.[String(part)] ?? node.additionalProperties)
      return typeof next === 'object' ? [next] : []
    })
  }
  return [...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {})))]
}

const alternatives = (node: SchemaNode): SchemaNode[] => [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]
