import { readFileSync } from 'node:fs'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

export const VERSION = version

/** How nodes of this program present themselves. */
export const AGENT = `cortensor/${version}`
