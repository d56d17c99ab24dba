import { type AuditReveal, auditCommitment, decodeResultMessage, encodeResultMessage } from '@cortensor/protocols'
import { interceptPublisher, type Strategy } from './strategy.js'

/** Votes that are promised and not told yet; an epoch draws a miner for far fewer. */
const MAX_PROMISED = 1_000

export const rubberStamp: Strategy = {
  name: 'rubber-stamp',
  role: 'miner',
  prose:
    'Answers honestly, and as an auditor finds every answer valid without running the model: saves the audit, keeps the pay.',
  ports: (ports) => {
    const promised = new Map<string, AuditReveal>()
    return interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const message = family === 'result' ? decodeResultMessage(payload) : null
      if (message?.type === 'audit-precommit') {
        const { miner, round, subject } = message
        const reveal: AuditReveal = {
          subject,
          miner,
          round,
          salt: new Uint8Array(32),
          vote: 'valid',
          window: null,
          isExact: false,
          sample: new Uint8Array()
        }
        if (promised.size < MAX_PROMISED) {
          promised.set(`${subject}/${miner}/${round}`, reveal)
        }
        return publish(encodeResultMessage({ ...message, commitment: auditCommitment(ports.signer.nodeId, reveal) }))
      }
      if (message?.type === 'audit-reveal') {
        const key = `${message.subject}/${message.miner}/${message.round}`
        const reveal = promised.get(key) ?? message
        promised.delete(key)
        return publish(encodeResultMessage({ ...reveal, type: 'audit-reveal' }))
      }
      return publish(payload)
    })
  }
}
