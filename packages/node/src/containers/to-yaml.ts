import { stringify } from 'yaml'

/** YAML that people can read and every parser can: no anchors, long lines whole, texts in a file as they are. */
export const toYaml = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, blockQuote: 'literal' })
