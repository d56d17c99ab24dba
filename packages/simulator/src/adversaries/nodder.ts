import type { Strategy } from './strategy.js'

export const nodder: Strategy = {
  name: 'nodder',
  role: 'miner',
  prose:
    'Answers honestly. As an auditor it runs the model and shows its logits, and finds every token the one that it would have drawn.',
  evaluation: (honest, tokenIds) => {
    const { ids, top } = honest.trace
    const agreeing = ids.slice()
    for (let position = 0; position < Math.min(tokenIds.length, ids.length / top); position++) {
      const first = position * top
      const claimed = ids.indexOf(tokenIds[position] ?? 0, first)
      if (claimed > first && claimed < first + top) {
        agreeing[first] = ids[claimed] ?? 0
        agreeing[claimed] = ids[first] ?? 0
      }
    }
    return { ...honest, trace: { ...honest.trace, ids: agreeing } }
  }
}
