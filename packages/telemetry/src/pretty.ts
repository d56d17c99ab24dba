const COLOURS: Readonly<Record<string, string>> = {
  debug: '\u001b[2m',
  info: '\u001b[36m',
  warn: '\u001b[33m',
  error: '\u001b[31m'
}
const RESET = '\u001b[0m'

/** What peers send reaches log lines; it must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g

const fieldToText = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value)

/** One JSON log line as a person reads it: `12:34:56.789 info  router Task done {taskId=…}`. */
export function lineToPretty(line: string): string {
  const { level, time, name, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const clock = String(time).slice(11, 23)
  const label = String(level)
  const extra = Object.entries(fields)
    .map(([key, value]) => `${key}=${fieldToText(value)}`)
    .join(' ')
  const words = [name === undefined ? '' : String(name), String(msg), extra].filter((word) => word !== '').join(' ')
  return `${clock} ${COLOURS[label] ?? ''}${label.padEnd(5)}${RESET} ${words.replace(CONTROL, '�')}\n`
}
