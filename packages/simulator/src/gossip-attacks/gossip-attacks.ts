import { addressColocation } from './address-colocation.js'
import { attackAtDawn } from './attack-at-dawn.js'
import { censor } from './censor.js'
import { coldBoot } from './cold-boot.js'
import { control } from './control.js'
import { covertFlash } from './covert-flash.js'
import { degrade } from './degrade.js'
import { eclipseNetwork } from './eclipse-network.js'
import { eclipseOne } from './eclipse-one.js'
import { eclipsePublishers } from './eclipse-publishers.js'
import type { GossipAttack } from './gossip-attack.js'

/** All that is known; a new one is a file of its own and a line here. */
export const GOSSIP_ATTACKS = {
  control,
  'eclipse-one': eclipseOne,
  'eclipse-publishers': eclipsePublishers,
  'eclipse-network': eclipseNetwork,
  censor,
  degrade,
  'cold-boot': coldBoot,
  'covert-flash': covertFlash,
  'attack-at-dawn': attackAtDawn,
  'address-colocation': addressColocation
} as const satisfies Record<string, GossipAttack>

export type GossipAttackName = keyof typeof GOSSIP_ATTACKS

export const GOSSIP_ATTACK_NAMES = Object.keys(GOSSIP_ATTACKS) as [GossipAttackName, ...GossipAttackName[]]
