import { utf8ToBytes } from '@cortensor/utils'
import { wireError } from '../../common/v1/errors.js'
import { MAX_DATASET_ROW_BYTES } from './limits.js'
import type { DatasetAnswer, DatasetRow } from './types.js'

/** In the order in which the keys are written. */
const answerOf = (answer: DatasetAnswer): DatasetAnswer => ({
  node: answer.node,
  model: answer.model,
  status: answer.status,
  text: answer.text,
  verdict: answer.verdict,
  scoreMilli: answer.scoreMilli,
  transcript: answer.transcript,
  precommits: answer.precommits,
  reveal: answer.reveal
})

/** A row as its line, without the line's end: JSON in one spelling, so that equal rows are equal bytes. Throws `WIRE_TOO_LARGE`. */
export function encodeDatasetRow(row: DatasetRow): string {
  const inOrder: DatasetRow = {
    round: row.round,
    epoch: row.epoch,
    report: row.report,
    opening: row.opening,
    level: row.level,
    item: row.item,
    category: row.category,
    template: row.template,
    authors: row.authors === null ? null : { creator: row.authors.creator, preparer: row.authors.preparer },
    question: row.question,
    answer: row.answer,
    difficultyMilli: row.difficultyMilli,
    answers: row.answers.map(answerOf),
    license: row.license
  }
  const line = JSON.stringify(inOrder)
  if (utf8ToBytes(line).byteLength > MAX_DATASET_ROW_BYTES) {
    throw wireError('WIRE_TOO_LARGE', `A line of a dataset has at most ${MAX_DATASET_ROW_BYTES} bytes`)
  }
  return line
}
