import { test } from 'vitest'
import { expectAgreement } from './fidelity.js'

test('the model of gossip delivers as gossipsub does, among 100 nodes', { timeout: 900_000 }, () => expectAgreement(100, 60))
