import type { CidString, Hex32, TaskId } from '@cortensor/interface'

export type ResultMessage =
  | { type: 'precommit'; taskId: TaskId; commitment: Hex32 }
  | {
      type: 'commit'
      taskId: TaskId
      /** 32 bytes. */
      salt: Uint8Array
      transcript: CidString
      promptTokens: number
      completionTokens: number
      finishReason: 'stop' | 'length'
    }
