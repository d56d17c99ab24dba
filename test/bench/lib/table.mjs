/**
 * One figure. `base` is what it is held against, in the same unit and measured in the same run.
 *
 * @typedef {object} Figure
 * @property {string} figure
 * @property {number | null} value
 * @property {string} unit
 * @property {string} [against] what `base` is
 * @property {number} [base]
 * @property {number} [ratio] value / base unless given
 * @property {string} [aim]
 */

/** @returns {Figure} */
export function figure(name, value, unit, { against, base, aim } = {}) {
  const ratio = base == null || value == null ? undefined : value / base
  return { figure: name, value, unit, against, base, ratio, aim }
}

const digits = (value) => (Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3)

export function formatNumber(value) {
  if (value == null || Number.isNaN(value)) {
    return '-'
  }
  return Number.isInteger(value) ? value.toLocaleString('en-US') : Number(value.toFixed(digits(value))).toLocaleString('en-US')
}

const COLUMNS = ['figure', 'value', 'unit', 'ratio', 'against', 'aim']

/** The figures of one bench as lines of aligned text. */
export function toTable(title, figures) {
  const rows = figures.map(({ against, aim, base, figure: name, ratio, unit, value }) => [
    name,
    formatNumber(value),
    unit,
    ratio === undefined ? '' : ratio.toFixed(3),
    against === undefined ? '' : base === undefined ? against : `${against}: ${formatNumber(base)} ${unit}`,
    aim ?? ''
  ])
  const widths = COLUMNS.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i].length)))
  const line = (cells) =>
    `  ${cells.map((cell, i) => (i === 1 || i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ')}`.trimEnd()
  return [title, line(COLUMNS), ...rows.map(line)].join('\n')
}
