import type { ChatMessage, Network, Verifier } from '@cortensor/interface'
import type { KnownQuestion } from '@cortensor/memory'
import { decodeQuizMessage, openEnvelope, type RoundOpen, roundSeed, type TopicFamily, topicName } from '@cortensor/protocols'
import { possibleItems } from '@cortensor/scoring'
import { LruMap } from '@cortensor/utils'
import { chanceOf } from './item-response.js'
import type { Kernel } from './kernel.js'

/** Questions of the last few rounds; a round of three categories draws its items from about 150. */
const REMEMBERED_QUESTIONS = 1_024

const FAMILY: TopicFamily = 'quiz'

/** A simulated model knows the right answers; how often it gives them follows from its skill and the item's difficulty. */
export interface QuizKnowledge {
  /** The node's network, with an ear on the rounds that are opened. */
  network: Network
  recognise(messages: readonly ChatMessage[]): KnownQuestion | null
}

export interface QuizKnowledgeInit {
  network: Network
  verifier: Verifier
}

/** Learns the answers to a node's own items from the round's opening, in the node itself: nodes share no answers. */
export function createQuizKnowledge(
  init: QuizKnowledgeInit,
  { hearsRounds, networkId }: Pick<Kernel, 'hearsRounds' | 'networkId'>
): QuizKnowledge {
  const { network, verifier } = init
  const known = new LruMap<string, KnownQuestion>(REMEMBERED_QUESTIONS)
  /** Rounds that nobody has asked about yet: their items are drawn together with those that the node plays. */
  let opened: RoundOpen[] = []
  const study = (): void => {
    for (const round of opened) {
      for (const item of possibleItems(roundSeed(round), network.self, round)) {
        const { answer, category, question } = item
        known.set(question, { category, answer, chance: (skill) => chanceOf(item, skill) })
      }
    }
    opened = []
  }
  const overhear = async (topic: string, data: Uint8Array): Promise<void> => {
    const envelope = await openEnvelope(data, { networkId, family: FAMILY, verifier, nowMs: null })
    const message = decodeQuizMessage(envelope.payload)
    // Only oracles open rounds.
    if (message.type === 'open' && hearsRounds(topic, envelope.sender)) {
      opened.push(message)
    }
  }
  return {
    network: {
      ...network,
      subscribe: (topic, handler) =>
        network.subscribe(topic, async (data, from) => {
          if (topic === topicName(networkId, FAMILY)) {
            await overhear(topic, data).catch(() => {})
          }
          return handler(data, from)
        })
    },
    recognise(messages) {
      study()
      return known.get(messages.at(-1)?.content ?? '') ?? null
    }
  }
}
