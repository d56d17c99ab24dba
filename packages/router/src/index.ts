/**
 * The router: matches requests to miners and is the gateway of the HTTP surface.
 *
 * @packageDocumentation
 */
export type { RouterComponents } from './components.js'
export type { FinishedTask, RouterInit } from './options.js'
export * from './router.js'
