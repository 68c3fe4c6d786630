import type { RunResult } from './run.js'

/** The figures of a run for people, beside those of the same run without Prismesh where there was one. */
export function table(result: RunResult, plain?: RunResult): string {
  const rows = figures(result)
  const others = plain === undefined ? [] : figures(plain)
  const width = Math.max(...rows.map(([name]) => name.length))
  const valueWidth = Math.max(...rows.map(([, value]) => value.length), 'Prismesh'.length)
  const line = (name: string, value: string, other: string | undefined) =>
    `${name.padEnd(width)}  ${value.padStart(valueWidth)}${other === undefined ? '' : `  ${other.padStart(10)}`}`
  return [
    ...(plain === undefined ? [] : [line('', 'Prismesh', 'plain')]),
    ...rows.map(([name, value], index) => line(name, value, others[index]?.[1])),
  ].join('\n')
}

function figures(result: RunResult): (readonly [string, string])[] {
  const { p2p } = result.options
  const shared = (text: string): string => (p2p ? text : '-')
  return [
    ['copies per cell', result.copiesPerCell.toFixed(2)],
    ['offload', percent(result.offload)],
    ['efficiency', shared(percent(result.efficiency))],
    ['stalls', String(result.stalls)],
    ['viewers that stalled', String(result.viewersStalled)],
    ['stalled', seconds(result.stalledMs)],
    ['segments skipped', String(result.skipped)],
    ['first frame, median', seconds(result.startUpMedianMs)],
    ['behind live, mean', seconds(result.latencyMs)],
    ['birth to complete, median', seconds(result.completeMedianMs)],
    ['birth to complete, 99 %', seconds(result.completeP99Ms)],
    ['... of the time to the deadline', percent(result.completeP99Share)],
    ['rescues', shared(String(result.rescues))],
    ['duplicates', shared(percent(result.duplicates))],
    ['busiest tenth / mean upload', shared(result.unevenness?.toFixed(2) ?? '-')],
    ['longest wait for the uplink, 99 %', shared(seconds(result.uplinkQueueP99Ms))],
    ['links per viewer', shared(result.linksPerViewer.toFixed(1))],
    ['cells', shared(String(result.cells))],
    ['CPU / virtual time', (result.cpuMs / result.virtualMs).toFixed(2)],
    ['memory', `${Math.round(result.memoryBytes / 1024 / 1024)} MiB`],
    ['trace', result.trace],
  ]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
