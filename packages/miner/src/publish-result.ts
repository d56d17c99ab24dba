import type { CidString, TaskId } from '@cortensor/interface'
import type { Generation } from '@cortensor/protocols'
import { encodeResultMessage, encodeTranscript, resultCommitment } from '@cortensor/protocols'
import type { MinerComponents } from './components.js'
import type { MinerInit } from './options.js'

export interface FinishedTask {
  taskId: TaskId
  model: Parameters<typeof encodeTranscript>[0]['model']
  fingerprint: string
  generation: Generation
}

/** Stores the transcript, then says on the mesh what it is: first a sealed precommit, then the commit that opens it. */
export async function publishResult(task: FinishedTask, init: MinerInit, components: MinerComponents): Promise<CidString> {
  const { publisher, randomBytes, signer, store } = components
  const { generation, taskId } = task
  const block = encodeTranscript({
    version: 1,
    networkId: init.networkId,
    subject: { type: 'task', taskId },
    miner: signer.nodeId,
    model: task.model,
    fingerprint: task.fingerprint,
    generations: [generation]
  })
  const transcript = await store.put(block, 'dag-cbor')
  const salt = randomBytes(32)
  const lifetimeMs = init.params.epoch.itemTtlMs
  const precommit = encodeResultMessage({
    type: 'precommit',
    taskId,
    commitment: resultCommitment(taskId, signer.nodeId, salt, transcript)
  })
  await publisher.publish('result', precommit, lifetimeMs)
  const commit = encodeResultMessage({
    type: 'commit',
    taskId,
    salt,
    transcript,
    promptTokens: generation.usage.promptTokens,
    completionTokens: generation.usage.completionTokens,
    finishReason: generation.finishReason === 'length' ? 'length' : 'stop'
  })
  await publisher.publish('result', commit, lifetimeMs)
  return transcript
}
