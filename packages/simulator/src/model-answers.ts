import type { ChatMessage } from '@cortensor/interface'
import type { AnswerFunction } from '@cortensor/memory'
import { bytesToHex, LruMap } from '@cortensor/utils'

/** Questions that an audit may still be about: six a round and node, for three rounds of 3,000 nodes. */
const REMEMBERED_QUESTIONS = 65_536

/**
 * What each model has said to the questions of rounds. Who audits an answer finds what its miner should have found, by question and seed: in a
 * simulation skill is a node's, and so an equal question of another round may be answered otherwise.
 */
export interface ModelAnswers {
  /** Says again what was said; and what `model` says, where `isAsked` knows the question. Other conversations are `model`'s alone. */
  of(name: string, isAsked: (messages: readonly ChatMessage[]) => boolean, model: AnswerFunction): AnswerFunction
}

export function createModelAnswers(): ModelAnswers {
  const said = new LruMap<string, string>(REMEMBERED_QUESTIONS)
  return {
    of: (name, isAsked, model) => (messages, rng, spec) => {
      const key = `${name}/${bytesToHex(spec.seed)}/${messages.at(-1)?.content ?? ''}`
      const known = said.get(key)
      if (known !== undefined) {
        return known
      }
      const text = model(messages, rng, spec)
      if (isAsked(messages)) {
        said.set(key, text)
      }
      return text
    }
  }
}
