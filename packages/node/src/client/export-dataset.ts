import type { CidString } from '@cortensor/interface'
import { loadReportRoot, loadSection } from '@cortensor/protocols'
import { messageCid } from '@cortensor/scoring'
import { writeCar } from '@cortensor/store'
import { utf8ToBytes } from '@cortensor/utils'
import { nodeError } from '../errors.js'
import { buildDataset, type DatasetEpoch } from './dataset.js'
import { type QuizRoundsInit, quizRounds, type RoundsOfEpoch } from './quiz-rounds.js'

export interface ExportDatasetInit extends QuizRoundsInit {
  /** SPDX identifier. @default 'CC0-1.0' */
  license?: string | undefined
}

export interface ExportedDataset {
  /** Names the dataset: everything in the CAR follows from it or leads to it. */
  root: CidString
  /** The first epoch, and the last. */
  epochs: readonly [number, number]
  rounds: number
  rows: number
  messages: number
  jsonl: Uint8Array
  car: Uint8Array
}

/** Questions are drawn from templates, and answers are what machines said: nobody's work to protect. */
const DEFAULT_LICENSE = 'CC0-1.0'

/**
 * The rounds of the last epochs as JSON lines, and as a CAR with the signed messages that they follow from. Throws
 * `NODE_REPORT_UNAVAILABLE` when not even the last epoch's evidence is to be had, and `NODE_DATASET_TOO_LARGE`.
 */
export async function exportDataset(init: ExportDatasetInit): Promise<ExportedDataset> {
  const found: RoundsOfEpoch[] = []
  for await (const epoch of quizRounds(init)) {
    found.unshift(epoch)
  }
  const [first, last] = [found[0], found.at(-1)]
  if (first === undefined || last === undefined) {
    throw nodeError('NODE_REPORT_UNAVAILABLE', 'The evidence of the last report cannot be fetched; are its oracles up?')
  }
  const license = init.license ?? DEFAULT_LICENSE
  const epochs = found.map(({ opinions, report, rounds }): DatasetEpoch => ({ report: report.cid, rounds, opinions }))
  const chainId = init.client.chain.chainId()
  const dataset = buildDataset({ chainId, registry: init.registry, license, epochs })
  const blocks = new Map(dataset.blocks)
  for (const { report } of found) {
    const fetch = async (cid: CidString): Promise<Uint8Array> => {
      const block = await report.fetch(cid)
      blocks.set(cid, block)
      return block
    }
    const root = await loadReportRoot(report.cid, fetch)
    await loadSection(root, 'outcomes', fetch)
    await loadSection(root, 'opinions', fetch)
  }
  for (const id of dataset.messages) {
    const message = found.map(({ messages }) => messages.get(id)).find((one) => one !== undefined)
    if (message !== undefined) {
      blocks.set(messageCid(id), message.bytes)
    }
  }
  return {
    root: dataset.root,
    epochs: [first.report.root.epoch, last.report.root.epoch],
    rounds: new Set(
      found.flatMap(({ rounds }) => rounds.filter(({ excluded }) => excluded === null).map(({ roundId }) => roundId))
    ).size,
    rows: dataset.lines.length,
    messages: dataset.messages.length,
    jsonl: utf8ToBytes(dataset.lines.map((line) => `${line}\n`).join('')),
    car: writeCar({ root: dataset.root, blocks })
  }
}
