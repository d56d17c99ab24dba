import { domainHash } from '@cortensor/crypto'
import type { Signer } from '@cortensor/interface'

const DOMAIN = 'cortensor/task-salt/v1'

/**
 * What opens a header's commitment to the payload, and a private answer: 32 bytes. Made of a signature over the header's nonce, which is the
 * same every time: a router that has forgotten everything but its key finds it again, and nobody else does.
 */
export const taskSalt = async (signer: Pick<Signer, 'sign'>, nonce: Uint8Array): Promise<Uint8Array> =>
  domainHash(DOMAIN, await signer.sign(domainHash(DOMAIN, nonce)))
