import { createApiClient } from '@cortensor/api/client'
import type { TaskAgreement } from '@cortensor/interface'
import { readSwarmFile } from '@cortensor/node'
import { cliError } from '../errors.js'
import { DEFAULT_DATA_DIR } from '../options.js'
import { createOutput, formatTable } from '../output.js'

export interface ExplainAgreementOptions {
  dataDir?: string
  url?: string
  key?: string
  json?: boolean
}

/** What the answers to one request have in common, as the router found that compared them. */
export async function explainAgreement(taskId: string, options: ExplainAgreementOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const receipt = await createApiClient(routerOf(options)).receipt(taskId)
  if (receipt === null) {
    throw cliError('CLI_BAD_OPTION', `The router has no receipt of ${taskId}: take receipt_id from one of its answers`)
  }
  if (output.json) {
    output.value({ taskId, agreement: receipt.agreement })
    return
  }
  for (const line of describeAgreement(taskId, receipt.agreement)) {
    output.line(line)
  }
}

function routerOf({ dataDir, key, url }: ExplainAgreementOptions): { url: string; key: string } {
  if (url === undefined) {
    return readSwarmFile(dataDir ?? DEFAULT_DATA_DIR).api
  }
  if (key === undefined) {
    throw cliError('CLI_BAD_OPTION', 'With --url, say --key KEY too')
  }
  return { url, key }
}

const MEANING: Readonly<Record<TaskAgreement['verdict'], string>> = {
  agree: 'it says what most of them say',
  disagree: 'it says something else than most of them',
  inconclusive: 'most of them do not agree, or it lies between what agrees and what does not'
}

export function describeAgreement(taskId: string, agreement: TaskAgreement | null): string[] {
  if (agreement === null) {
    return ['Nobody else was asked: a session with redundancy has several miners answer.']
  }
  const { answers, embedding, equal, miners, verdict } = agreement
  const rows = answers.map((answer) => [
    answer.taskId === taskId ? '*' : '',
    answer.taskId,
    answer.miner,
    answer.verdict,
    answer.similarity.toFixed(3)
  ])
  return [
    `${verdict}: ${MEANING[verdict]}. ${miners} answers, ${equal} of them to the letter like this one.`,
    formatTable([['', 'task', 'miner', 'verdict', 'similarity'], ...rows]),
    `Similarity to the answer in the middle, by ${embedding}. A signal, and no proof: most can be wrong together, and it does not tell which`,
    'model answered. cortensor verify transcript does that.'
  ]
}
