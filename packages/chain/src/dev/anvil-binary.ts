import { createRequire } from 'node:module'
import { devChainError } from './errors.js'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Path of the dev chain's program for this machine. Its npm launcher would only be one more process in between. */
export function findAnvil(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@foundry-rs/anvil-${platform}-${ARCHITECTURES[arch] ?? arch}`
  try {
    const launcher = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
    return createRequire(launcher).resolve(`${name}/bin/anvil${platform === 'win32' ? '.exe' : ''}`)
  } catch (error) {
    const message = `No dev chain for ${platform} ${arch}: the package ${name} is not installed. Run npm install with optional packages, or use another chain's RPC URL`
    throw devChainError('CHAIN_DEV_NO_BINARY', message, { cause: error })
  }
}
