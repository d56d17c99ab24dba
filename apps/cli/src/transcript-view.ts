import { isSealed, type StoredTranscript } from '@cortensor/protocols'
import { bytesToHex } from '@cortensor/utils'

/** A transcript as text, for somebody who wants to know what was asked, what was answered, and by whom. */
export function transcriptToText(cid: string, transcript: StoredTranscript): string {
  const { fingerprint, miner, model, subject } = transcript
  const about = subject.type === 'task' ? `task ${subject.taskId}` : `quiz round ${subject.roundId}`
  const lines = [
    `Transcript ${cid}`,
    `  of            ${about}`,
    ...(subject.type === 'task' ? [`  router        ${subject.assignment.router}`] : []),
    `  miner         ${miner}`,
    `  model         ${model}`,
    `  engine        ${fingerprint}`,
    `  decode spec   ${transcript.decodeSpec}`
  ]
  if (isSealed(transcript)) {
    const { finishReason, timings, usage } = transcript
    const tokens = `${usage.promptTokens} prompt tokens, ${usage.completionTokens} answer tokens`
    return [
      ...lines,
      `  ended by      ${finishReason}, ${tokens}`,
      `  times         first token ${timings.firstTokenMs} ms, all ${timings.totalMs} ms, waited ${timings.queueMs} ms`,
      '',
      'Prompt and answer are sealed. Say --key with the key that GET /v1/receipts/{id} shows to the API key that asked.'
    ].join('\n')
  }
  const { generations } = transcript
  for (const [index, generation] of generations.entries()) {
    const { finishReason, sampling, timings, usage, windows } = generation
    const { maxTokens, minP, stop, temperature, topK, topP } = sampling
    lines.push(
      '',
      generations.length > 1 ? `Answer ${index + 1} of ${generations.length}` : 'Answer',
      ...generation.messages.map(({ content, role }) => `  ${role}: ${indented(content)}`),
      `  => ${indented(generation.text)}`,
      `  ended by      ${finishReason}, ${usage.promptTokens} prompt tokens, ${usage.completionTokens} answer tokens, ${windows.length} windows`,
      `  sampling      temperature ${temperature}, top-p ${topP}, top-k ${topK}, min-p ${minP}, at most ${maxTokens} tokens`,
      ...(stop.length > 0 ? [`  stop texts    ${JSON.stringify(stop)}`] : []),
      `  seed          ${bytesToHex(generation.seed)}`,
      `  times         first token ${timings.firstTokenMs} ms, all ${timings.totalMs} ms, waited ${timings.queueMs} ms`
    )
  }
  return lines.join('\n')
}

/** Text of users and models is shown as one block, without the characters that would steer a terminal. */
const indented = (text: string): string =>
  [...text]
    .map((character) => (/[\p{Cc}\p{Cf}]/u.test(character) && character !== '\n' ? '\ufffd' : character))
    .join('')
    .replaceAll('\n', '\n     ')

const replacer = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? bytesToHex(value) : typeof value === 'bigint' ? value.toString() : value

/** The same as JSON: bytes as hex. */
export const transcriptToJson = (cid: string, transcript: StoredTranscript): string =>
  JSON.stringify({ cid, ...transcript }, replacer)
