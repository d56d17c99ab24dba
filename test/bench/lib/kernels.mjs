// The engine with the kernels that llama.cpp has for other processors.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Kernels of processors with fewer instructions than most servers have; each that this machine can run. */
export const VARIANTS = ['haswell', 'sandybridge', 'x64']

/** A copy of the engine that finds the kernels of one processor only. */
function copyEngine(variant, folder) {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const modules = join(folder, variant, 'node_modules')
  const library = join(root, 'node_modules')
  for (const name of readdirSync(library)) {
    if (!name.startsWith('.') && !['node-llama-cpp', '@node-llama-cpp', '@cortensor'].includes(name)) {
      mkdirSync(modules, { recursive: true })
      symlinkSync(join(library, name), join(modules, name))
    }
  }
  cpSync(join(library, 'node-llama-cpp'), join(modules, 'node-llama-cpp'), { recursive: true })
  cpSync(join(library, '@node-llama-cpp', 'linux-x64'), join(modules, '@node-llama-cpp', 'linux-x64'), { recursive: true })
  const bins = join(modules, '@node-llama-cpp', 'linux-x64', 'bins', 'linux-x64')
  for (const name of readdirSync(bins)) {
    if (name.startsWith('libggml-cpu-') && name !== `libggml-cpu-${variant}.so`) {
      rmSync(join(bins, name))
    }
  }
  mkdirSync(join(modules, '@cortensor'))
  for (const name of readdirSync(join(library, '@cortensor'))) {
    if (name !== 'engine') {
      symlinkSync(join(library, '@cortensor', name), join(modules, '@cortensor', name))
    }
  }
  const engine = join(modules, '@cortensor', 'engine')
  mkdirSync(engine)
  cpSync(join(root, 'packages/engine/dist'), join(engine, 'dist'), { recursive: true })
  cpSync(join(root, 'packages/engine/package.json'), join(engine, 'package.json'))
}

/** `createLlamaEngine` with the kernels of one processor. Copies go into the folder, which is the caller's to remove. */
export async function engineFactoryOf(variant, folder) {
  if (!existsSync(join(folder, variant))) {
    copyEngine(variant, folder)
  }
  const url = pathToFileURL(join(folder, variant, 'node_modules', '@cortensor', 'engine', 'dist/index.js')).href
  return (await import(url)).createLlamaEngine
}
