/**
 * The router's HTTP surface: OpenAI's routes and server-sent events over the Gateway port.
 *
 * @packageDocumentation
 */
export * from './app.js'
export * from './errors.js'
export * from './http-error.js'
export * from './keyring.js'
export * from './limits.js'
export * from './server.js'
