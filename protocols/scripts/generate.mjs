// Writes src/<family>/v1/generated from every .proto file: `npm run generate`.
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'protons'

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src')

/** What is written instead of what the generator makes, and where that is from: the reasons stand there. */
const REPLACED = [
  { made: /\bw\.uint64\(/g, ours: 'writeUint64(w, ', from: "import { writeUint64 } from '../../../common/v1/uint64.js'\n" },
  { made: /\buint8ArrayAlloc\(0\)/g, ours: 'NO_BYTES', from: "import { NO_BYTES } from '../../../common/v1/no-bytes.js'\n" }
]
const UNUSED = /^import \{ alloc as uint8ArrayAlloc \} .*\n/m

function mend(path) {
  let text = readFileSync(path, 'utf8')
  for (const { from, made, ours } of REPLACED) {
    if (text.search(made) >= 0) {
      text = `${from}${text.replace(made, ours)}`
    }
  }
  writeFileSync(path, text.includes('uint8ArrayAlloc(') ? text : text.replace(UNUSED, ''))
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
