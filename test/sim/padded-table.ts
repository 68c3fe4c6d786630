/** A Markdown table whose columns stand below each other, the titles first. */
export function paddedTable(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const rows = [titles, titles.map(() => '-'), ...lines]
  const widths = titles.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows
    .map((cells, index) =>
      cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, index === 1 ? '-' : ' ')),
    )
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
