import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../context.js'
import { HttpError } from '../http-error.js'

export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses names that are not ours. Without it a web page could point its own name at the loopback address (DNS rebinding) and read
 * this API as if it were the page's own server.
 */
export function checkHost(allowedHosts: readonly string[]): MiddlewareHandler<AppEnv> {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return async (c, next) => {
    const host = (c.req.header('host') ?? new URL(c.req.url).host).toLowerCase().replace(/:\d+$/, '')
    if (!allowed.has(host)) {
      throw new HttpError('host_not_allowed', `This API answers only under ${allowedHosts.join(', ')}. Use one of these names.`)
    }
    await next()
  }
}
