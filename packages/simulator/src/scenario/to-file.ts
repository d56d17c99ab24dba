import type { Scenario } from './schema.js'

const ms = (value: number): string => `${value}ms`

/** A checked scenario as a file has it, as plain JSON (which is YAML too): checking it gives the same scenario again. */
export function scenarioToFile({
  churn,
  ci,
  duration,
  faults,
  gossipAttack,
  warmup,
  ...rest
}: Scenario): Record<string, unknown> {
  return {
    ...rest,
    duration: ms(duration),
    warmup: ms(warmup),
    ...(ci === undefined ? {} : { ci: ms(ci) }),
    ...(gossipAttack === undefined ? {} : { gossipAttack: { ...gossipAttack, at: ms(gossipAttack.at) } }),
    ...(churn === undefined ? {} : { churn: { ...churn, downtime: ms(churn.downtime) } }),
    faults: faults.map((fault) => ({ ...fault, at: ms(fault.at), ...('for' in fault ? { for: ms(fault.for) } : {}) }))
  }
}
