import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import { honestReceipt } from '../../packages/proofs/test/receipts.js'

type FaultOf = (file: readonly number[], root: string) => Promise<string | null>

/** A module for browsers as one script that gives what it exports. */
async function bundle(file: string): Promise<{ code: string; imports: string[] }> {
  const build = await rolldown({
    input: fileURLToPath(new URL(file, import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['source', 'browser', 'import', 'module', 'default'] },
    onLog: () => {}
  })
  try {
    const { output } = await build.generate({ format: 'iife', name: 'page' })
    return { code: output[0].code, imports: output.flatMap((part) => (part.type === 'chunk' ? part.imports : [])) }
  } finally {
    await build.close()
  }
}

/** Runs a script where there is JavaScript, and of everything else what every browser has too and these scripts use. */
const runInPage = <T>(code: string): T =>
  runInContext(
    `${code}\npage`,
    createContext({ TextEncoder, TextDecoder }, { codeGeneration: { strings: false, wasm: false } })
  ) as T

let script: Awaited<ReturnType<typeof bundle>>
let faultOf: FaultOf
let honest: Awaited<ReturnType<typeof honestReceipt>>
beforeAll(async () => {
  script = await bundle('check-receipt.ts')
  faultOf = runInPage<{ faultOf: FaultOf }>(script.code).faultOf
  honest = await honestReceipt()
})

describe('the check of receipts in a browser', () => {
  it('has no part of Node.js in it', () => {
    expect(script.imports).toEqual([])
    expect(script.code).not.toMatch(/["'`]node:|\brequire\(/)
  })

  it('finds no fault in an honest receipt, and another epoch behind another digest', async () => {
    const file = [...honest.bytes]
    expect(await faultOf(file, honest.chain.digest)).toBeNull()
    expect(await faultOf(file, `0x${'0'.repeat(64)}`)).toBe('digest')
  })

  it('finds a flipped bit, wherever it is', async () => {
    const file = [...honest.bytes]
    const passed: number[] = []
    // a prime step, so that every kind of field is hit
    for (let at = 0; at < file.length; at += 61) {
      const changed = file.with(at, (file[at] as number) ^ (1 << (at % 8)))
      passed.push(...((await faultOf(changed, honest.chain.digest)) === null ? [at] : []))
    }
    expect(passed).toEqual([])
  })
})
