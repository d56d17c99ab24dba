import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
  ssr: {
    resolve: {
      conditions: ['source', 'node', 'import', 'module', 'default'],
      externalConditions: ['source', 'node', 'import', 'module', 'default']
    }
  },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'protocols/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'tools/test/**/*.test.ts',
      'test/**/*.test.ts'
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    maxWorkers: 2,
    // bounds of failures on a busy machine, not figures to reach
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
