import type { DecodeMode, GenerateSpec } from '@cortensor/interface'
import { engineError } from '../errors.js'

const MAX_MESSAGES = 1024
const MAX_STOPS = 16
const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant'])

/** Throws `ENGINE_INVALID_REQUEST` for what no engine could answer. */
export function checkSpec(spec: GenerateSpec): void {
  const { messages, sampling, seed } = spec
  const isWhole = (value: number, min: number): boolean => Number.isSafeInteger(value) && value >= min
  const problem = [
    [messages.length < 1 || messages.length > MAX_MESSAGES, `a request needs 1 to ${MAX_MESSAGES} messages`],
    [
      messages.some(({ role, content }) => !ROLES.has(role) || typeof content !== 'string'),
      'every message needs a role and a text'
    ],
    [!(seed instanceof Uint8Array), 'the seed must be bytes'],
    [!isWhole(sampling.maxTokens, 1), 'maxTokens must be a whole number above 0'],
    [!(Number.isFinite(sampling.temperature) && sampling.temperature >= 0), 'temperature must not be negative'],
    [!(sampling.topP > 0 && sampling.topP <= 1), 'topP must be above 0 and at most 1'],
    [!isWhole(sampling.topK, 0), 'topK must be a whole number, 0 to switch it off'],
    [!(sampling.minP >= 0 && sampling.minP < 1), 'minP must be at least 0 and below 1'],
    [
      sampling.stop.length > MAX_STOPS || sampling.stop.some((text) => text === ''),
      `at most ${MAX_STOPS} stop strings, none empty`
    ]
  ].find(([isWrong]) => isWrong === true)
  if (problem !== undefined) {
    throw engineError('ENGINE_INVALID_REQUEST', String(problem[1]))
  }
}

/** Throws `ENGINE_INVALID_REQUEST` for an answer that no engine could read. */
export function checkAnswer(tokenIds: readonly number[], from: number, to: number, decode: DecodeMode | undefined): void {
  const isWhole = [from, to, ...tokenIds].every((value) => Number.isSafeInteger(value) && value >= 0)
  if (!isWhole || from > to || to > tokenIds.length || decode === 'native') {
    throw engineError('ENGINE_INVALID_REQUEST', 'these tokens, or this part of them, cannot be evaluated')
  }
}
