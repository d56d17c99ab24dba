// Writes src/<family>/v1/generated from every .proto file: `npm run generate`.
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'protons'

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src')

/** See src/common/v1/uint64.ts. */
const WRITES = /\bw\.uint64\(/g
const IMPORT = "import { writeUint64 } from '../../../common/v1/uint64.js'\n"

function mend(path) {
  const text = readFileSync(path, 'utf8')
  if (text.search(WRITES) >= 0) {
    writeFileSync(path, `${IMPORT}${text.replace(WRITES, 'writeUint64(w, ')}`)
  }
}

for (const file of globSync('*/v*/*.proto', { cwd: source }).sort()) {
  const output = join(source, dirname(file), 'generated')
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  await generate(join(source, file), { output, strict: true })
  for (const made of readdirSync(output)) {
    mend(join(output, made))
  }
}
