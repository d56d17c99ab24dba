import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import base from './vitest.config.js'

/** Runs tests with one contract replaced by a mutant: only for packages/chain/test/mutants.long.ts. */
const { contract, bytecode, runtime } = JSON.parse(readFileSync(String(process.env.CORTENSOR_MUTANT), 'utf8'))
const camel = contract[0].toLowerCase() + contract.slice(1)
const kebab = contract.replace(/(?<=[a-z])[A-Z]/g, (letter: string) => `-${letter}`).toLowerCase()

export default defineConfig({
  ...base,
  // which mutant it is, the cache of transformed modules does not know
  test: { ...base.test, fsModuleCache: false },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        if (!id.endsWith(`/generated/${kebab}.ts`)) {
          return null
        }
        return code
          .replace(/Bytecode = '0x[0-9a-f]*'/, `Bytecode = '${bytecode}'`)
          .replace(new RegExp(`${camel}Runtime = .*`), `${camel}Runtime = ${JSON.stringify(runtime)} as const`)
      }
    }
  ]
})
