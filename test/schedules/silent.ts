import type { Logger } from '@cortensor/interface'

/** Nobody reads what ten thousand histories have to say. */
export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => SILENT
}
