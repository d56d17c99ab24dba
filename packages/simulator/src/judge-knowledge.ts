import { sha256Hex } from '@cortensor/crypto'
import type { AnswerFunction } from '@cortensor/memory'
import type { OpenPanel } from '@cortensor/protocols'
import { calibrationPairs } from '@cortensor/scoring'
import { LruMap, utf8ToBytes } from '@cortensor/utils'

/** Of panels that are open, and of those whose transcripts are audited: four a node, of hundreds of nodes. */
const REMEMBERED_PAIRS = 4_096

/** What simulated models that can judge know: right answers of pairs by which judges are measured. */
export interface JudgeKnowledge {
  /** An epoch has drawn panels. */
  learn(panels: readonly OpenPanel[]): void
  /** A model that chooses the better answer so often, the same in both orders, and says `other` to all that is no judge's question. */
  judging(skill: number, other: AnswerFunction): AnswerFunction
}

/** The lines of a judge's question that begin with a mark. */
const quoted = (content: string, mark: string): string =>
  content
    .split('\n')
    .filter((line) => line.startsWith(`${mark}| `))
    .map((line) => line.slice(mark.length + 2))
    .join('\n')

const parity = (text: string): number => Number.parseInt(sha256Hex(utf8ToBytes(text)).slice(0, 8), 16)

export function createJudgeKnowledge(): JudgeKnowledge {
  const rights = new LruMap<string, string>(REMEMBERED_PAIRS)
  return {
    learn(panels) {
      for (const { judges, seed, tried } of panels) {
        for (const node of [...judges, ...tried]) {
          for (const { answers, question, right } of calibrationPairs(seed, node)) {
            rights.set(question, right === 'first' ? answers[0] : answers[1])
          }
        }
      }
    },
    judging: (skill, other) => (messages, rng, spec) => {
      const content = messages.at(-1)?.content ?? ''
      const [question, a, b] = [quoted(content, 'Q'), quoted(content, 'A'), quoted(content, 'B')]
      if (skill === 0 || question === '' || a === '' || b === '') {
        return other(messages, rng, spec)
      }
      // Of answers that no program can mark, every model likes the same better: what it is does not matter here.
      const better = rights.get(question) ?? (parity(a) < parity(b) ? a : b)
      // What a model thinks of a pair does not depend on its order.
      const pair = [question, ...[a, b].sort()].join('\n')
      const isSure = parity(`${spec.model}/${pair}`) < skill * 2 ** 32
      const isFirst = (a === better) === isSure
      return isFirst ? 'A' : 'B'
    }
  }
}
