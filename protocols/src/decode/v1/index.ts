export * from './sampler.js'
export * from './spec.js'
