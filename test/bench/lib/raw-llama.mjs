// node-llama-cpp with nothing of ours around it, in a process of its own as the engine's is: loads a model, then answers each batch of
// prompts, as token ids, that its parent sends with the number of tokens and the time that they took.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp'

const [modelPath, sequences, threads] = process.argv.slice(2)

const llama = await getLlama({ gpu: false, build: 'never', maxThreads: Number(threads), logLevel: LlamaLogLevel.error })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({
  contextSize: model.trainContextSize,
  sequences: Number(sequences),
  threads: Number(threads),
  flashAttention: false
})
const free = Array.from({ length: Number(sequences) }, () => context.getSequence())

async function answer(prompt, maxTokens, sampling) {
  const sequence = free.pop()
  let tokens = 0
  for await (const token of sequence.evaluate(prompt, { ...sampling, yieldEogToken: true })) {
    tokens++
    if (model.isEogToken(token) || tokens === maxTokens) {
      break
    }
  }
  await sequence.clearHistory()
  free.push(sequence)
  return tokens
}

process.on('disconnect', () => process.exit(0))
process.on('message', async ({ maxTokens, sampling, streams }) => {
  const startedMs = performance.now()
  const counts = await Promise.all(
    streams.map(async (prompts) => {
      let tokens = 0
      for (const prompt of prompts) {
        tokens += await answer(prompt, maxTokens, sampling)
      }
      return tokens
    })
  )
  process.send({ tokens: counts.reduce((total, count) => total + count, 0), ms: performance.now() - startedMs })
})
process.send('ready')
