import type { MinerRecord } from '../records.js'

/** What one machine has earned under all of its names, in micro-COR. */
export interface MachineIncome {
  strategy: string | null
  earned: number
}

export const machineIncomes = (miners: readonly Pick<MinerRecord, 'machine' | 'strategy' | 'earned'>[]): MachineIncome[] =>
  [...Map.groupBy(miners, ({ machine }) => machine).values()].map((names) => ({
    strategy: names[0]?.strategy ?? null,
    earned: names.reduce((sum, { earned }) => sum + Number(earned), 0)
  }))
