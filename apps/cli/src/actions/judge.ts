import { createLogger, measureModelAsJudge, resolveModel } from '@cortensor/node'
import { createOutput } from '../output.js'

export interface JudgeOptions {
  pairs?: number
  json?: boolean
}

const percent = (milli: number): string => `${(milli / 10).toFixed(1)} %`

/** Says what a model would be worth on a panel. */
export async function judgeModel(model: string, options: JudgeOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const measured = await measureModelAsJudge({
    model: resolveModel(model),
    pairs: options.pairs,
    logger: createLogger({ level: 'error', destination: 'stderr' })
  })
  if (output.json) {
    output.value(measured)
    return
  }
  const { asked, hasWeight, lowerMilli, right, rubric, words, wrong } = measured
  const undecided = asked - right - wrong
  output.line(
    `${measured.model.name}: ${right} of ${asked} right in both orders, ${wrong} wrong, ${undecided} undecided; ${words} of ${2 * asked} replies count`
  )
  output.line(
    `At least ${percent(lowerMilli)} right, by the lower end of the interval; from 70 % on a judge is heard: ${hasWeight ? 'it is' : 'it is not'}`
  )
  output.line(`Rubric ${rubric}`)
}
