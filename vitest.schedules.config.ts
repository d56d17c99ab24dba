import { defineConfig } from 'vitest/config'
import base from './vitest.config.js'

/** The long runs: `npm run test:schedules`, or with fewer histories `SCHEDULES=500 npm run test:schedules`. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/schedules/*.soak.ts'], testTimeout: 6 * 3_600_000 }
})
