import type { EpochNumber } from '@cortensor/interface'
import { readHex32, readInt, writeHex32 } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import type { Instance as WireInstance } from './generated/oracle.js'
import type { Instance } from './types.js'

/** For maps: equal instances have equal keys. */
export const instanceKey = (instance: Instance): string => `${instance.config}/${instance.epoch}/${instance.prev}`

export function instanceToWire(instance: Instance): WireInstance {
  return {
    config: writeHex32(instance.config, 'instance.config'),
    epoch: instance.epoch,
    prev: writeHex32(instance.prev, 'instance.prev')
  }
}

export function instanceFromWire(wire: WireInstance | undefined): Instance {
  if (wire === undefined) {
    throw wireError('WIRE_MALFORMED', 'instance is missing')
  }
  return {
    config: readHex32(wire.config, 'instance.config'),
    epoch: readInt(wire.epoch, 1, Number.MAX_SAFE_INTEGER, 'instance.epoch') as EpochNumber,
    prev: readHex32(wire.prev, 'instance.prev')
  }
}
