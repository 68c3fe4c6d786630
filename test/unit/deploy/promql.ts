import { parser } from '@prometheus-io/lezer-promql'

/** What a PromQL text asks for. */
export interface Query {
  /** Metrics, each with the labels that are matched or grouped by somewhere in the text. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[]
  readonly groupedBy: readonly string[]
  /** Where the grammar did not fit. */
  readonly errors: readonly string[]
}

/** Reads a query with Prometheus' own grammar. */
export function readPromql(text: string): Query {
  const metrics: { name: string; labels: string[] }[] = []
  const groupedBy: string[] = []
  const errors: string[] = []
  parser.parse(text).iterate({
    enter: (node) => {
      const own = text.slice(node.from, node.to)
      if (node.type.isError) errors.push(`at ${node.from}: ${text.slice(node.from, node.from + 20)}`)
      if (node.name === 'VectorSelector') {
        const name = node.node.getChild('Identifier')
        metrics.push({ name: name ? text.slice(name.from, name.to) : '', labels: [] })
      }
      if (node.name === 'LabelName') {
        const inSelector = node.node.parent?.name.endsWith('LabelMatcher') ?? false
        if (inSelector) metrics.at(-1)?.labels.push(own)
        else groupedBy.push(own)
      }
    },
  })
  return { metrics, groupedBy, errors }
}
