/** Instruction sets that choose another kernel; the older ones are implied by these. */
const KERNEL_FEATURES = /^(AVX2|AVX_VNNI|AVX512.*|AMX.*|NEON|DOTPROD|MATMUL_INT8|SVE.*|SME.*|RISCV_V|VSX)$/

/** Of processors that have none of those. */
const OLDER_FEATURES = /^(AVX|F16C|FMA|SSSE3|SSE3)$/

/** From text such as `CPU : SSE3 = 1 | AVX2 = 1 | REPACK = 1 |`. */
export function cpuFeatures(systemInfo: string): string {
  const present = [...systemInfo.matchAll(/([A-Z][A-Z0-9_]*) = 1\b/g)].map((match) => match[1]!)
  const matching = (pattern: RegExp): string[] => [...new Set(present.filter((name) => pattern.test(name)))]
  const newer = matching(KERNEL_FEATURES)
  const features = newer.length > 0 ? newer : matching(OLDER_FEATURES)
  return features.length === 0 ? 'generic' : features.sort().join('+').toLowerCase()
}
