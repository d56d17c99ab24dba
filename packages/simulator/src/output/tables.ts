import type { EpochRecord, MinerRecord, RoundRecord, SimulationResult, TaskRecord } from '../records.js'
import { createTable, type Table } from './table.js'

/** Everything that a run leaves for a notebook; times are virtual ms since the start, amounts micro-COR. */
export function resultTables(result: SimulationResult): Table[] {
  const since = (ms: number | null): number | null => (ms === null ? null : ms - result.startMs)
  const labels = new Map(result.miners.map(({ label, nodeId }) => [nodeId as string, label]))
  return [
    createTable<EpochRecord>('epochs', result.epochs, {
      epoch: ({ commit }) => commit.epoch,
      committedMs: ({ commit }) => since(commit.block.timestampMs),
      cutoffMs: ({ report }) => since(report.state.cutoffMs),
      view: ({ commit }) => commit.view,
      leader: ({ leader }) => leader,
      results: ({ commit }) => commit.totals.results,
      outcomes: ({ report }) => report.outcomes.length,
      rewardsTotal: ({ commit }) => commit.totals.rewards,
      digest: ({ commit }) => commit.digest,
      reportCid: ({ commit }) => commit.reportCid
    }),
    createTable<RoundRecord>('rounds', result.rounds, {
      roundId: ({ roundId }) => roundId,
      epoch: ({ epoch }) => epoch,
      answerers: ({ answerers }) => answerers,
      asked: ({ asked }) => asked,
      correct: ({ correct }) => correct
    }),
    createTable<MinerRecord>('miners', result.miners, {
      label: ({ label }) => label,
      machine: ({ machine }) => machine,
      nodeId: ({ nodeId }) => nodeId,
      strategy: ({ strategy }) => strategy,
      device: ({ device }) => device,
      skill: ({ skill }) => skill,
      measured: ({ measured }) => measured,
      asked: ({ asked }) => asked,
      correct: ({ correct }) => correct,
      results: ({ results }) => results,
      earned: ({ earned }) => earned
    }),
    createTable<TaskRecord>('tasks', result.taskRecords, {
      startedMs: ({ startedMs }) => since(startedMs),
      firstTokenMs: ({ firstTokenMs }) => since(firstTokenMs),
      endMs: ({ endMs }) => since(endMs),
      model: ({ model }) => model,
      outcome: ({ outcome }) => outcome,
      miner: ({ miner }) => (miner === null ? null : (labels.get(miner) ?? miner)),
      tokens: ({ tokens }) => tokens
    })
  ]
}
