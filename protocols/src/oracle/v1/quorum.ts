import type { IndexedSignature } from '@cortensor/interface'
import {
  ownBytes,
  readBytes,
  readCid,
  readCount,
  readHex32,
  readInt,
  readList,
  writeCid,
  writeHex32
} from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_TOKEN_AMOUNT, MAX_VIEW } from '../../common/v1/limits.js'
import type { Quorum as WireQuorum } from './generated/oracle.js'
import { instanceFromWire, instanceToWire } from './instance.js'
import { MAX_COMMITTEE, SIGNATURE_BYTES } from './limits.js'
import type { Quorum } from './types.js'

export function quorumToWire({ commit, instance, signatures, view }: Quorum): WireQuorum {
  return {
    instance: instanceToWire(instance),
    view,
    report: writeCid(commit.reportCid, 'report'),
    resultsRoot: writeHex32(commit.resultsRoot, 'resultsRoot'),
    rewardsRoot: writeHex32(commit.rewardsRoot, 'rewardsRoot'),
    results: commit.totals.results,
    rewards: commit.totals.rewards,
    signers: signatures.reduce((bits, { index }) => bits + 2 ** index, 0),
    signatures: readList(signatures, 0, MAX_COMMITTEE, 'signatures').map(({ signature }) => ownBytes(signature))
  }
}

export function quorumFromWire(wire: WireQuorum): Quorum {
  const instance = instanceFromWire(wire.instance)
  if (wire.rewards > MAX_TOKEN_AMOUNT) {
    throw wireError('WIRE_LIMIT_EXCEEDED', 'rewards must be from 0 to 2^63 - 1')
  }
  return {
    instance,
    view: readInt(wire.view, 0, MAX_VIEW, 'view'),
    commit: {
      epoch: instance.epoch,
      prev: instance.prev,
      resultsRoot: readHex32(wire.resultsRoot, 'resultsRoot'),
      rewardsRoot: readHex32(wire.rewardsRoot, 'rewardsRoot'),
      reportCid: readCid(wire.report, 'report'),
      totals: { results: readCount(wire.results, 'results'), rewards: wire.rewards }
    },
    signatures: signaturesFromWire(wire)
  }
}

/** A bitmap cannot name a member twice, nor in another order. */
function signaturesFromWire(wire: WireQuorum): IndexedSignature[] {
  const bits = readInt(wire.signers, 1, 2 ** MAX_COMMITTEE - 1, 'signers')
  const indexes = Array.from({ length: MAX_COMMITTEE }, (_, i) => i).filter((i) => Math.floor(bits / 2 ** i) % 2 === 1)
  const signatures = readList(wire.signatures, indexes.length, indexes.length, 'signatures')
  return indexes.map((index, i) => ({ index, signature: readBytes(signatures[i] as Uint8Array, SIGNATURE_BYTES, 'signatures') }))
}
