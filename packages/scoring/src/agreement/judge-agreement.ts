import type { AgreementVerdict } from '@cortensor/interface'
import { centreOf, majorityOf } from './centre.js'
import type { Embedding } from './similarity.js'

/** Similarities in millionths; between the two nothing is said. */
export interface AgreementThresholds {
  /** From here on two answers agree. */
  agreeMicro: number
  /** Below this they disagree; at most `agreeMicro`. */
  disagreeMicro: number
}

export interface AnswerAgreement {
  /** The answer that all are held against; null where there are fewer than two. */
  centre: number | null
  /** One an answer. */
  verdicts: AgreementVerdict[]
  /** Of each answer to the centre, in millionths. */
  similarities: number[]
}

/**
 * Holds answers to one question against the one in their middle. Where not more than half of them agree with it, nobody is said to
 * disagree: of two different answers either may be the odd one. A signal: it tells neither which model answered nor who is right.
 */
export function judgeAgreement(embeddings: readonly Embedding[], thresholds: AgreementThresholds): AnswerAgreement {
  const centre = centreOf(embeddings)
  const similarities = centre?.similarities ?? []
  const supporters = similarities.filter((similarity) => similarity >= thresholds.agreeMicro).length
  if (centre === null || embeddings.length < 2 || supporters < majorityOf(embeddings.length)) {
    const verdicts = embeddings.map((): AgreementVerdict => 'inconclusive')
    return { centre: embeddings.length < 2 ? null : (centre?.index ?? null), verdicts, similarities }
  }
  return { centre: centre.index, verdicts: similarities.map((similarity) => verdictOf(similarity, thresholds)), similarities }
}

function verdictOf(similarity: number, { agreeMicro, disagreeMicro }: AgreementThresholds): AgreementVerdict {
  if (similarity >= agreeMicro) {
    return 'agree'
  }
  return similarity < disagreeMicro ? 'disagree' : 'inconclusive'
}
