import { test } from 'vitest'
import { expectAgreement } from './fidelity.js'

test('the model of gossip delivers as gossipsub does, among 30 nodes', { timeout: 300_000 }, () => expectAgreement(30, 35))
