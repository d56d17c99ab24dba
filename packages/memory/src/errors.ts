import {
  type ChainErrorCode,
  CortensorError,
  type EngineErrorCode,
  type NetworkErrorCode,
  type StoreErrorCode
} from '@cortensor/interface'

export type MemoryErrorCode = 'MEMORY_CLOCK_STUCK' | 'MEMORY_TIMEOUT'

type Details = Record<string, string | number | boolean>

export const memoryError = (code: MemoryErrorCode, message: string): CortensorError => new CortensorError(code, message)

export const networkError = (code: NetworkErrorCode, message: string): CortensorError => new CortensorError(code, message)

export const storeError = (code: StoreErrorCode, message: string): CortensorError => new CortensorError(code, message)

export const engineError = (code: EngineErrorCode, message: string, details?: Details): CortensorError =>
  new CortensorError(code, message, { details })

export const chainError = (code: ChainErrorCode, message: string, details?: Details): CortensorError =>
  new CortensorError(code, message, { details })
