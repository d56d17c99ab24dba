import { CortensorError, type CortensorErrorOptions } from '@cortensor/interface'

export type NodeErrorCode =
  | 'NODE_CONFIG_INVALID'
  | 'NODE_CONFIG_MISSING'
  | 'NODE_IDENTITY_UNREADABLE'
  | 'NODE_DATA_DIR_UNUSABLE'
  | 'NODE_DATA_DIR_LOCKED'
  | 'NODE_PORT_IN_USE'
  | 'NODE_MODEL_UNKNOWN'
  | 'NODE_NOT_FUNDED'
  | 'NODE_CHILD_FAILED'
  | 'NODE_NO_SWARM'
  | 'NODE_EPOCH_UNKNOWN'
  | 'NODE_REPORT_UNAVAILABLE'
  | 'NODE_ARCHIVE_INVALID'
  | 'NODE_DATASET_INVALID'
  | 'NODE_DATASET_TOO_LARGE'
  | 'NODE_NOTHING_TO_CLAIM'
  | 'NODE_DEPLOYED_ALREADY'
  | 'NODE_NO_SESSION'
  | 'NODE_NOTHING_TO_SETTLE'
  | 'NODE_UNKNOWN'

export const nodeError = (code: NodeErrorCode, message: string, options?: CortensorErrorOptions): CortensorError<NodeErrorCode> =>
  new CortensorError(code, message, options)
