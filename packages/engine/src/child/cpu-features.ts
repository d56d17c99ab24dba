/** Instruction sets that choose another kernel; the older ones are implied by these. */
const KERNEL_FEATURES = /^(AVX2|AVX_VNNI|AVX512.*|AMX.*|NEON|DOTPROD|MATMUL_INT8|SVE.*|SME.*|RISCV_V|VSX)$/

/** From text such as `CPU : SSE3 = 1 | AVX2 = 1 | REPACK = 1 |`. */
export function cpuFeatures(systemInfo: string): string {
  const present = [...systemInfo.matchAll(/([A-Z][A-Z0-9_]*) = 1\b/g)].map((match) => match[1]!)
  const features = [...new Set(present.filter((name) => KERNEL_FEATURES.test(name)))].sort().map((name) => name.toLowerCase())
  return features.length === 0 ? 'generic' : features.join('+')
}
