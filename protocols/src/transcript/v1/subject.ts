import type { NetworkId, RoundId, TaskId } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'
import { blockBytes, blockMap } from '../../common/v1/block-checks.js'
import { readBlob, readBytes, readId, readNodeId, writeId, writeNodeId } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { maxPayloadBytes } from '../../common/v1/limits.js'
import { taskIdOf } from '../../task/v1/ids.js'
import type { TaskAssignment, Transcript } from './types.js'

type Subject = Transcript['subject']

export function subjectToBlock(subject: Subject): unknown {
  if (subject.type === 'quiz') {
    return { round: writeId(subject.roundId, 'subject.round') }
  }
  const { header, router, salt, userSeed } = subject.assignment
  return {
    task: writeId(subject.taskId, 'subject.task'),
    router: writeNodeId(router, 'subject.router'),
    header,
    salt,
    userSeed: userSeed === null ? null : uint64ToBytes(userSeed)
  }
}

export function readUint64(bytes: Uint8Array): bigint {
  const { buffer, byteOffset } = readBytes(bytes, 8, 'subject.userSeed')
  return new DataView(buffer, byteOffset).getBigUint64(0)
}

/** A task's id must be that of the header. */
export function subjectFromBlock(block: unknown, networkId: NetworkId): Subject {
  if (typeof block === 'object' && block !== null && Object.hasOwn(block, 'round')) {
    const { round } = blockMap(block, ['round'], 'subject')
    return { type: 'quiz', roundId: readId<RoundId>(blockBytes(round, 'subject.round'), 'subject.round') }
  }
  const map = blockMap(block, ['task', 'router', 'header', 'salt', 'userSeed'], 'subject')
  const { userSeed } = map
  const assignment: TaskAssignment = {
    router: readNodeId(blockBytes(map.router, 'subject.router'), 'subject.router'),
    header: readBlob(blockBytes(map.header, 'subject.header'), maxPayloadBytes('task'), 'subject.header'),
    salt: readBytes(blockBytes(map.salt, 'subject.salt'), 32, 'subject.salt'),
    userSeed: userSeed === null ? null : readUint64(blockBytes(userSeed, 'subject.userSeed'))
  }
  const taskId = readId<TaskId>(blockBytes(map.task, 'subject.task'), 'subject.task')
  if (taskId !== taskIdOf(networkId, assignment.router, assignment.header)) {
    throw wireError('WIRE_MALFORMED', 'subject.task is not the id of the header')
  }
  return { type: 'task', taskId, assignment }
}
