import { ownBytes, readBytes, readCid, readHex32, readInt, writeCid, writeHex32 } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_VIEW } from '../../common/v1/limits.js'
import { certificateFromWire, certificateToWire } from './certificate.js'
import type { Attest as WireAttest, Propose as WirePropose, Timeout as WireTimeout } from './generated/oracle.js'
import { instanceFromWire, instanceToWire } from './instance.js'
import { SIGNATURE_BYTES } from './limits.js'
import type { Attest, Propose, Timeout } from './types.js'

export function proposeToWire(propose: Propose): WirePropose {
  return {
    instance: instanceToWire(propose.instance),
    view: propose.view,
    report: writeCid(propose.report, 'report'),
    digest: writeHex32(propose.digest, 'digest'),
    timeouts: certificateToWire(propose.timeouts)
  }
}

export function proposeFromWire(wire: WirePropose): Propose {
  const view = readInt(wire.view, 0, MAX_VIEW, 'view')
  return {
    instance: instanceFromWire(wire.instance),
    view,
    report: readCid(wire.report, 'report'),
    digest: readHex32(wire.digest, 'digest'),
    timeouts: certificateFromWire(wire.timeouts, view)
  }
}

export function attestToWire(attest: Attest): WireAttest {
  return {
    instance: instanceToWire(attest.instance),
    view: attest.view,
    digest: writeHex32(attest.digest, 'digest'),
    signature: ownBytes(attest.signature)
  }
}

export function attestFromWire(wire: WireAttest): Attest {
  return {
    instance: instanceFromWire(wire.instance),
    view: readInt(wire.view, 0, MAX_VIEW, 'view'),
    digest: readHex32(wire.digest, 'digest'),
    signature: readBytes(wire.signature, SIGNATURE_BYTES, 'signature')
  }
}

export function timeoutToWire(timeout: Timeout): WireTimeout {
  const wire: WireTimeout = { instance: instanceToWire(timeout.instance), view: timeout.view }
  if (timeout.last === null) {
    return wire
  }
  return {
    ...wire,
    lastView: timeout.last.view,
    lastReport: writeCid(timeout.last.report, 'last.report'),
    lastDigest: writeHex32(timeout.last.digest, 'last.digest')
  }
}

function lastFromWire(wire: WireTimeout, view: number): Timeout['last'] {
  const { lastView, lastReport, lastDigest } = wire
  if (lastView === undefined && lastReport === undefined && lastDigest === undefined) {
    return null
  }
  if (lastView === undefined || lastReport === undefined || lastDigest === undefined) {
    throw wireError('WIRE_MALFORMED', 'lastView, lastReport and lastDigest come together or not at all')
  }
  return {
    view: readInt(lastView, 0, view, 'last.view'),
    report: readCid(lastReport, 'last.report'),
    digest: readHex32(lastDigest, 'last.digest')
  }
}

export function timeoutFromWire(wire: WireTimeout): Timeout {
  const view = readInt(wire.view, 0, MAX_VIEW, 'view')
  return { instance: instanceFromWire(wire.instance), view, last: lastFromWire(wire, view) }
}
