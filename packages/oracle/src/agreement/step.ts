import type { AgreementEffect, AgreementState, AgreementStep } from './state.js'

export type Rule = (state: AgreementState) => AgreementStep

export const still = (state: AgreementState): AgreementStep => ({ state, effects: [] })

/** One rule after the other, each on what the one before has left. */
export function inTurn(...rules: Rule[]): Rule {
  return (state) => {
    const effects: AgreementEffect[] = []
    for (const rule of rules) {
      const step = rule(state)
      state = step.state
      effects.push(...step.effects)
    }
    return { state, effects }
  }
}
