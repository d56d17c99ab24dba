import type { CidString, Hex32, ModelId, Privacy, TaskId } from '@cortensor/interface'
import type { Generation, TaskAssignment } from '@cortensor/protocols'
import { encodeResultMessage, resultCommitment } from '@cortensor/protocols'
import type { Announcer } from './announcer.js'
import type { MinerComponents } from './components.js'
import type { MinerInit } from './options.js'
import { storeTranscript } from './store-transcript.js'

export interface FinishedTask {
  taskId: TaskId
  assignment: TaskAssignment
  model: ModelId
  fingerprint: string
  decodeSpec: Hex32
  /** As the task's header says. */
  privacy: Privacy
  generation: Generation
}

export interface PublishResultInit extends MinerInit {
  announcer: Pick<Announcer, 'announce'>
}

/** Stores the transcript, then says on the mesh what it is: first a sealed precommit, then the commit that opens it. */
export async function publishResult(
  task: FinishedTask,
  init: PublishResultInit,
  components: MinerComponents
): Promise<CidString> {
  const { publisher, randomBytes, signer } = components
  const { assignment, decodeSpec, fingerprint, generation, model, privacy, taskId } = task
  const subject = { type: 'task', taskId, assignment } as const
  const content = { networkId: init.networkId, subject, model, fingerprint, decodeSpec, generations: [generation] }
  const transcript = await storeTranscript(content, components, init.announcer, privacy)
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
