import type { Llama } from 'node-llama-cpp'
import { getModuleVersion } from 'node-llama-cpp'
import { cpuFeatures } from './cpu-features.js'

/** `node-llama-cpp@<version>/llama.cpp@<release>/<backend>/<kernel features>`: equal ones give comparable logits. */
export async function describeEngine(llama: Llama): Promise<string> {
  const backend = llama.gpu === false ? 'cpu' : llama.gpu
  const features = cpuFeatures(llama.systemInfo)
  return `node-llama-cpp@${await getModuleVersion()}/llama.cpp@${llama.llamaCppRelease.release}/${backend}/${features}`
}
