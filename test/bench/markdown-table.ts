export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
}

/** One line for each row, below the titles. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const titles = columns.map(({ title }) => title)
  const lines = rows.map((row) => columns.map(({ cell }) => cell(row)))
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A figure, followed by how many times that of the yardstick it is. */
export function withRatio(value: number, base: number | undefined, text: (value: number) => string): string {
  return base === undefined ? text(value) : `${text(value)} (${(value / base).toFixed(2)} x)`
}

/** With its sign, which a difference is read by. */
export function signed(value: number, digits = 2): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
