import type { ChatMessage } from '@cortensor/interface'
import {
  type AnswerPair,
  answerPairs,
  JUDGE_MAX_TOKENS,
  judgeMessages,
  type PairChoice,
  pairChoice,
  parseJudgeWord
} from './judge-vote.js'

/** Has a chat model answer: an ordinary task, greedy, of at most so many tokens. */
export type AskJudge = (messages: readonly ChatMessage[], maxTokens: number) => Promise<string>

/**
 * What one judge says of all pairs of answers to a question. Each pair is shown in both orders. Where the judge cannot be asked, its
 * refusal is the caller's: nothing is made up for it.
 */
export async function askJudge(
  ask: AskJudge,
  question: string,
  answers: readonly string[]
): Promise<(AnswerPair & { choice: PairChoice })[]> {
  const wordOn = async (a: string, b: string) => parseJudgeWord(await ask(judgeMessages(question, a, b), JUDGE_MAX_TOKENS))
  return await Promise.all(
    answerPairs(answers.length).map(async ({ first, second }) => {
      const [a, b] = [answers[first] as string, answers[second] as string]
      const [word, swapped] = await Promise.all([wordOn(a, b), wordOn(b, a)])
      return { first, second, choice: pairChoice(word, swapped) }
    })
  )
}
