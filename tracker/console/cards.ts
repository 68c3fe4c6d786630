import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { FigureList } from './figure-list.js'
import { requiredElement } from './required-element.js'
import { ageWords, byteWords, countWords, shareWords } from './words.js'

/** The lists below the streams: links, refusals, the process. */
export function showCards(): (overview: OverviewDocument) => void {
  const list = (id: string) => new FigureList(requiredElement(id, HTMLDListElement))
  const [links, refusals, health] = [list('links'), list('refusals'), list('health')]
  let before: { readonly at: number; readonly cpuSeconds: number } | undefined
  return (overview) => {
    links.show(linkFigures(overview))
    refusals.show(refusalFigures(overview))
    const now = { at: performance.now(), cpuSeconds: overview.process.cpuSeconds }
    const cpuShare =
      before && now.at > before.at
        ? (now.cpuSeconds - before.cpuSeconds) / ((now.at - before.at) / 1000)
        : null
    before = now
    health.show(healthFigures(overview, cpuShare))
  }
}

function linkFigures({ totals, counts }: OverviewDocument): [string, string][] {
  const { made, failed } = totals.links
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  const attempts = made + failures
  return [
    ['made', countWords(made)],
    ['came about', shareWords(attempts === 0 ? null : made / attempts)],
    ['no path, or no answer', countWords(failed['connection-failed'])],
    ['no offer came', countWords(failed['offer-missing'])],
    ['no room', countWords(failed['no-room'])],
    ['broke a rule', countWords(failed.other)],
    ['introductions', countWords(counts.introductions)],
  ]
}

function refusalFigures({ counts, server }: OverviewDocument): [string, string][] {
  const all = new Map<string, number>()
  for (const [code, count = 0] of [...Object.entries(counts.errors), ...Object.entries(server.refused)]) {
    all.set(code, (all.get(code) ?? 0) + count)
  }
  if (server.slowReadersShed > 0) all.set('slow readers', server.slowReadersShed)
  if (server.bugs > 0) all.set("the tracker's own bugs", server.bugs)
  const sorted = [...all].toSorted(([, one], [, other]) => other - one)
  return sorted.length === 0
    ? [['none so far', '0']]
    : sorted.map(([code, count]) => [code, countWords(count)])
}

function healthFigures(overview: OverviewDocument, cpuShare: number | null): [string, string][] {
  const { eventLoopDelaySeconds: delay, residentBytes } = overview.process
  return [
    ['CPU, of one core', shareWords(cpuShare === null ? null : Math.max(0, cpuShare))],
    ['event loop late by (p99)', `${(delay.p99 * 1000).toFixed(0)} ms`],
    ['memory', byteWords(residentBytes)],
    ['connections', countWords(overview.connections)],
    ['banned', countWords(overview.bans)],
    [
      'messages in, out',
      `${countWords(overview.server.messagesReceived)}, ${countWords(overview.server.messagesSent)}`,
    ],
    ['running for', ageWords(overview.uptimeSeconds)],
    ['version', overview.version],
  ]
}
