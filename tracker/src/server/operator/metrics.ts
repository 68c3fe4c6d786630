import { Counter, Gauge, Registry } from 'prom-client'
import { metricFamilies, type MetricFamily } from './metric-families.js'
import type { OverviewDocument } from './overview-document.js'

/** The answer of `GET /metrics`, in the text format of Prometheus. Costs nothing while nobody asks. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  private readonly registry = new Registry()
  private readonly updates: readonly ((overview: OverviewDocument) => void)[]

  constructor() {
    this.updates = metricFamilies.map((family) => this.register(family))
  }

  text(overview: OverviewDocument): Promise<string> {
    for (const update of this.updates) update(overview)
    return this.registry.metrics()
  }

  /** What was counted elsewhere is set anew at each scrape, so that lines of streams that ended do not stay. */
  private register({ kind, name, help, labels, read }: MetricFamily): (overview: OverviewDocument) => void {
    const options = { name, help, labelNames: [...labels], registers: [this.registry] }
    const metric = kind === 'counter' ? new Counter(options) : new Gauge(options)
    return (overview) => {
      metric.reset()
      // Without labels a reset leaves a zero behind, which would be a lie where the value is unknown.
      if (labels.length === 0) metric.remove()
      for (const { labels: given = {}, value } of read(overview)) metric.inc(given, value)
    }
  }
}
