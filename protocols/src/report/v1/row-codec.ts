/** How the rows of one section of a report are written. */
export interface RowCodec<Row> {
  /** What rows rise by, compared by code unit; null for rows in an order of their own. */
  keyOf: ((row: Row) => string) | null
  /** To lists, bytes, links, text and integers. */
  toBlock(row: Row): unknown
  /** Checks everything. */
  fromBlock(block: unknown): Row
}
