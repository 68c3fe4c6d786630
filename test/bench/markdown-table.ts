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

/** A figure with so many digits, followed by how much more or less than the yardstick it is. */
export function withDifference(value: number, base: number | undefined, unit: string, digits = 2): string {
  const own = `${value.toFixed(digits)} ${unit}`
  return base === undefined ? own : `${own} (${signed(value - base, digits)} ${unit})`
}

/** With its sign, which a difference is read by. */
export function signed(value: number, digits = 2): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
