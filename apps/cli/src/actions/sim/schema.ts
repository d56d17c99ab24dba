import { scenarioJsonSchema } from '@cortensor/simulator'

export function printSchema(): void {
  process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
}
