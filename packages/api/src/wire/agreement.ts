import type { AgreementVerdict, NodeId, TaskAgreement, TaskId } from '@cortensor/interface'

export interface WireAgreement {
  /** What it is worth: no proof, and nothing that money follows from. */
  label: 'signal'
  embedding: string
  verdict: AgreementVerdict
  miners: number
  equal: number
  answers: { task_id: string; miner: string; verdict: AgreementVerdict; similarity: number }[]
}

export const agreementToWire = ({ answers, ...agreement }: TaskAgreement): WireAgreement => ({
  ...agreement,
  answers: answers.map(({ taskId, ...answer }) => ({ task_id: taskId, ...answer }))
})

export const agreementFromWire = ({ answers, ...agreement }: WireAgreement): TaskAgreement => ({
  ...agreement,
  answers: answers.map(({ miner, task_id, ...answer }) => ({ taskId: task_id as TaskId, miner: miner as NodeId, ...answer }))
})

/** The value of the response header; says first of all what it is worth. */
export const toAgreementHeader = ({ equal, label, miners, verdict }: WireAgreement): string =>
  `${label}; verdict=${verdict}; miners=${miners}; equal=${equal}`
