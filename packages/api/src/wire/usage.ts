import type { GenerateUsage } from '@cortensor/interface'

export interface WireUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

export function usageToWire({ promptTokens, completionTokens }: GenerateUsage): WireUsage {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}

export function usageFromWire({ prompt_tokens, completion_tokens }: WireUsage): GenerateUsage {
  return { promptTokens: prompt_tokens, completionTokens: completion_tokens }
}
