import { InvalidArgumentError } from 'commander'

/** For commander: a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }

/** For commander: a number of seconds, fractions allowed. */
export const seconds =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isFinite(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a number of seconds from ${min} to ${max}.`)
    }
    return value
  }

/** For commander: an account or a contract. */
export function address(text: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new InvalidArgumentError('It must be 0x and 40 hex digits.')
  }
  return text.toLowerCase()
}

/** For commander: an option that may come several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text]

export const DEFAULT_DATA_DIR = '.cortensor/swarm'

export const DEFAULT_CALIBRATION = '.cortensor/calibration.json'
