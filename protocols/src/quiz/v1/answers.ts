import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { ChatMessage, Hex32, SamplingParams } from '@cortensor/interface'
import { boundText, utf8ToBytes } from '@cortensor/utils'
import { encodeInferPayload } from '../../infer/v1/payload.js'
import { MAX_ANSWER_TEXT_BYTES } from './limits.js'

const ANSWER_DOMAIN = 'cortensor/quiz-answer/v1'
const ANSWERS_DOMAIN = 'cortensor/quiz-answers/v1'

/** What a model was asked in a round, and what it said. */
export interface AskedAnswer {
  messages: ChatMessage[]
  sampling: SamplingParams
  /** 32 bytes. */
  seed: Uint8Array
  text: string
}

/** As much of an answer as a reveal holds. */
export const revealedText = (text: string): string => boundText(text, MAX_ANSWER_TEXT_BYTES)

/**
 * What questions, parameters and answers of one node in a round are to its transcript: oracles make it of what they asked and were told,
 * auditors of what the transcript says. Throws a `WireErrorCode` for questions that are larger than a request can be.
 */
export const answersDigest = (answers: readonly AskedAnswer[]): Hex32 =>
  bytesToHex32(
    domainHash(
      ANSWERS_DOMAIN,
      ...answers.map(({ messages, sampling, seed, text }) =>
        domainHash(ANSWER_DOMAIN, encodeInferPayload({ messages, sampling, seed: null }), seed, utf8ToBytes(revealedText(text)))
      )
    )
  )
