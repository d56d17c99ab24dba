import type { NetworkId, NodeId, UnixMs, Verifier } from '@cortensor/interface'
import { type Attest, type OpenedEnvelope, type OracleMessage, openCertificate, type Quorum } from '@cortensor/protocols'
import { attestingMember, openQuorum, type SignatureInit } from './signatures.js'
import type { AgreementEvent, AgreementState } from './state.js'

export interface ReceiverInit extends SignatureInit {
  networkId: NetworkId
  verifier: Verifier
  nowMs: () => UnixMs
  state: () => AgreementState | null
  feed: (event: AgreementEvent, instance: OracleMessage['instance']) => void
}

export interface Receiver {
  /** Checks what only signatures can tell, and hands the message to the reducer. */
  receive(message: OracleMessage, envelope: OpenedEnvelope): Promise<void>
  /** Another instance: everybody is listened to again. */
  forget(): void
}

export function createReceiver(init: ReceiverInit): Receiver {
  const { feed, networkId, verifier } = init
  /** Whose QUORUM did not check: nothing more of that kind is looked at, because each costs many signatures. */
  const falseWitnesses = new Set<NodeId>()

  const receiveQuorum = async (message: Quorum, sender: NodeId, nowMs: UnixMs): Promise<void> => {
    const state = init.state()
    const isKnown = state?.quorum?.view === message.view && state.quorum.commit.reportCid === message.commit.reportCid
    if (state === null || state.phase === 'decided' || isKnown || falseWitnesses.has(sender)) {
      return
    }
    const quorum = await openQuorum(message, state.committee, init)
    if (quorum !== null) {
      feed({ type: 'quorum', nowMs, quorum }, message.instance)
    } else {
      falseWitnesses.add(sender)
    }
  }
  const receiveAttest = async (attest: Attest, sender: NodeId, nowMs: UnixMs): Promise<void> => {
    const state = init.state()
    const member = state === null ? -1 : await attestingMember(attest, sender, state.committee, init)
    if (member >= 0) {
      feed({ type: 'attest', nowMs, member, attest }, attest.instance)
    }
  }
  return {
    forget: () => falseWitnesses.clear(),
    async receive(message, { bytes, sender }) {
      const nowMs = init.nowMs()
      const { instance } = message
      switch (message.type) {
        case 'observe':
          return feed({ type: 'observe', nowMs, sender, bytes, observe: message }, instance)
        case 'timeout':
          return feed({ type: 'timeout', nowMs, sender, bytes, timeout: message }, instance)
        case 'attest':
          return receiveAttest(message, sender, nowMs)
        case 'quorum':
          return receiveQuorum(message, sender, nowMs)
        case 'propose': {
          const timeouts = await openCertificate(message.timeouts, { networkId, verifier, instance })
          return feed({ type: 'propose', nowMs, sender, propose: message, timeouts }, instance)
        }
      }
    }
  }
}
