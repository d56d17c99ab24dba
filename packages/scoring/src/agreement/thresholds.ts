import type { QuizCategory } from '@cortensor/protocols'
import type { AgreementThresholds } from './judge-agreement.js'

/**
 * Found by `npm run bench -- agreement` with `calibrateThresholds`, rounded to the safe side: at most one in fifty pairs of a right and a
 * wrong answer of the built-in models agrees, at most one in fifty pairs that say the same in other words disagrees.
 */
const THRESHOLDS: Readonly<Record<QuizCategory, AgreementThresholds>> = {
  arithmetic: { agreeMicro: 904_000, disagreeMicro: 113_000 },
  compare: { agreeMicro: 835_000, disagreeMicro: 120_000 },
  logic: { agreeMicro: 897_000, disagreeMicro: 167_000 },
  sequences: { agreeMicro: 837_000, disagreeMicro: 97_000 },
  strings: { agreeMicro: 882_000, disagreeMicro: 136_000 },
  units: { agreeMicro: 874_000, disagreeMicro: 288_000 },
  calendar: { agreeMicro: 846_000, disagreeMicro: 114_000 },
  facts: { agreeMicro: 838_000, disagreeMicro: 111_000 },
  text: { agreeMicro: 951_000, disagreeMicro: 772_000 },
  extraction: { agreeMicro: 905_000, disagreeMicro: 98_000 },
  transformation: { agreeMicro: 816_000, disagreeMicro: 157_000 },
  format: { agreeMicro: 973_000, disagreeMicro: 169_000 }
}

/** Of all categories together: what answers of no category are held to. */
const DEFAULT_THRESHOLDS: AgreementThresholds = { agreeMicro: 891_000, disagreeMicro: 115_000 }

export const thresholdsOf = (category: QuizCategory | null): AgreementThresholds =>
  category === null ? DEFAULT_THRESHOLDS : THRESHOLDS[category]
