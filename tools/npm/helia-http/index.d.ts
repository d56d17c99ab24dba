import type { Helia } from 'helia'

export type HTTPOptions = Record<never, never>

export function withHTTP<T extends Helia>(helia: T, options?: HTTPOptions): T
