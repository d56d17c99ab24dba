import type { Libp2p, ServiceMap } from '@libp2p/interface'
import type { Helia } from 'helia'

export type DefaultLibp2pServices = ServiceMap

export type CreateLibp2pOptions<_Services extends ServiceMap = ServiceMap> = Record<never, never>

export interface HeliaWithLibp2p<T extends ServiceMap = ServiceMap> extends Helia {
  libp2p: Libp2p<T>
}

export function withLibp2p<H extends Helia>(helia: H, options?: CreateLibp2pOptions): H & HeliaWithLibp2p
