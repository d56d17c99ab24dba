import { defineConfig, mergeConfig } from 'vitest/config'
import common from './vitest.config.js'

/** Tests that take minutes: `npm run test:long`. */
export default mergeConfig(
  { ...common, test: { ...common.test, include: [] } },
  defineConfig({ test: { include: ['test/**/*.long.ts', 'packages/*/test/**/*.long.ts'] } })
)
