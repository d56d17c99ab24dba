import { parquetWriteBuffer } from 'hyparquet-writer'

export type Cell = string | number | boolean | bigint | null

/** Rows by name of their columns, in one order for all of them. */
export interface Table {
  name: string
  columns: readonly string[]
  rows: readonly (readonly Cell[])[]
}

export function createTable<T>(name: string, items: readonly T[], columns: Readonly<Record<string, (item: T) => Cell>>): Table {
  const getters = Object.values(columns)
  return { name, columns: Object.keys(columns), rows: items.map((item) => getters.map((get) => get(item))) }
}

/** RFC 4180: a comma between cells, CRLF between rows, quotes where they are needed. */
export function toCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(toCsvCell).join(',')}\r\n`).join('')
}

function toCsvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Numbers become doubles, amounts (bigints) text: Parquet's integers end where amounts do not. */
export function toParquet({ columns, rows }: Table): Uint8Array {
  const columnData = columns.map((name, i) => {
    const cells = rows.map((row) => row[i] ?? null)
    const sample = cells.find((cell) => cell !== null)
    if (typeof sample === 'number') {
      return { name, data: cells, type: 'DOUBLE' as const, nullable: true }
    }
    if (typeof sample === 'boolean') {
      return { name, data: cells, type: 'BOOLEAN' as const, nullable: true }
    }
    return { name, data: cells.map((cell) => (cell === null ? null : String(cell))), type: 'STRING' as const, nullable: true }
  })
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}
