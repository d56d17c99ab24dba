// Writes src/<family>/v1/generated from every .proto file: `npm run generate`.
import { globSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'protons'

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src')

for (const file of globSync('*/v*/*.proto', { cwd: source }).sort()) {
  const output = join(source, dirname(file), 'generated')
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  await generate(join(source, file), { output, strict: true })
}
