import { z } from 'zod'
import { scenarioSchema } from './schema.js'

/** The JSON schema of a scenario file, for editors: what a file may say, not what it becomes. */
export const scenarioJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
