import assert from 'node:assert/strict'
import type { StreamId } from '../../../protocol/ids.js'
import { metricFamilies } from '../../../tracker/src/server/operator/metric-families.js'
import { Metrics } from '../../../tracker/src/server/operator/metrics.js'
import type { OverviewDocument } from '../../../tracker/src/server/operator/overview-document.js'
import { CoreHarness } from './core-harness.js'

const figures = { peerBytes: 3000, uploadedBytes: 3000, wastedBytes: 0, rescues: 1, links: 1 }

describe('metrics', () => {
  let harness: CoreHarness

  beforeEach(() => {
    harness = new CoreHarness()
  })

  function overview(streamsMax = 10): OverviewDocument {
    return {
      uptimeSeconds: 1,
      version: '0.1.0',
      ...harness.core.stats(harness.now, streamsMax),
      state: 'serving',
      policies: harness.core.policies.entries().map(([stream, policy]) => ({ stream, policy })),
      bans: 0,
      regions: harness.core.regions(),
      webtorrent: {
        connections: 5,
        swarms: 1,
        peers: 4,
        announces: 9,
        offersRelayed: 8,
        answersRelayed: 7,
        failures: 1,
      },
      process: {
        eventLoopDelaySeconds: { p50: 0, p99: 0.01, max: 0.02 },
        residentBytes: 5,
        heapUsedBytes: 4,
        cpuSeconds: 3,
      },
      server: {
        messagesReceived: 1,
        messagesSent: 2,
        bytesSent: 3,
        slowReadersShed: 0,
        bugs: 0,
        refused: { 'token-expired': 2 },
      },
    }
  }

  const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

  it('have a line for every family that has a value, and a help for all', async () => {
    const client = harness.join(1)
    harness.say(client, {
      kind: 'report',
      cdnBytes: 1000,
      ...figures,
      latencyMs: 5000,
      uploadRule: 'cellular',
    })
    harness.sayText(client, 'nonsense')
    const text = await new Metrics().text(overview())
    for (const { name, kind, help } of metricFamilies) {
      assert.ok(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`), name)
      assert.ok(
        linesOf(text).some((line) => line.startsWith(name)),
        `${name} has no line`,
      )
    }
    assert.ok(text.includes('prismesh_media_bytes_total{origin="cdn"} 1000\n'))
    assert.ok(text.includes('prismesh_uploads_held_back{rule="cellular"} 1\n'))
    assert.ok(text.includes('prismesh_errors_total{code="malformed"} 1\n'))
    assert.ok(text.includes('prismesh_webtorrent_announces_total 9\n'))
    assert.ok(text.includes('prismesh_refused_total{code="token-expired"} 2\n'))
  })

  it('have no line where the value is unknown', async () => {
    const metrics = new Metrics()
    const client = harness.join(1)
    harness.say(client, { kind: 'report', cdnBytes: 1000, ...figures })
    assert.ok(
      linesOf(await metrics.text(overview())).some((line) => line.startsWith('prismesh_offload_ratio ')),
    )
    harness.now += 3_600_000
    const lines = linesOf(await metrics.text(overview()))
    for (const name of ['prismesh_offload_ratio', 'prismesh_stream_offload_ratio', 'prismesh_stream_copies'])
      assert.equal(
        lines.some((line) => line.startsWith(name)),
        false,
        name,
      )
  })

  it('name the largest streams only, and none that has ended', async () => {
    const metrics = new Metrics()
    const streamsNamed = async (most: number) => [
      ...new Set(
        linesOf(await metrics.text(overview(most))).flatMap(
          (line) => /stream="([^"]*)"/.exec(line)?.[1] ?? [],
        ),
      ),
    ]
    const small = harness.join(1, { stream: 'small' as StreamId })
    for (let member = 2; member < 5; member += 1) harness.join(member, { stream: 'big' as StreamId })
    assert.deepEqual(await streamsNamed(10), ['big', 'small'])
    assert.deepEqual(await streamsNamed(1), ['big'])
    assert.deepEqual(await streamsNamed(0), [])
    harness.disconnect(small)
    assert.deepEqual(await streamsNamed(10), ['big'])
  })

  it('keep a line whole whatever a stream is called', async () => {
    harness.join(1, { stream: 'a"b\\c\nd{e="f"} 1' as StreamId })
    const lines = linesOf(await new Metrics().text(overview()))
    assert.ok(lines.length > 20)
    for (const line of lines) assert.match(line, /^[a-z_]+(\{\w+="(?:[^"\\\n]|\\["\\n])*"\})? [\d.e+-]+$/)
  })

  it('have few labels, and names as Prometheus wants them', () => {
    for (const { name, kind, labels } of metricFamilies) {
      assert.ok(labels.length <= 1, name)
      assert.match(name, /^(?:prismesh|process|nodejs)_[a-z_]+$/)
      assert.equal(kind === 'counter', name.endsWith('_total'), name)
    }
    assert.equal(new Set(metricFamilies.map(({ name }) => name)).size, metricFamilies.length)
  })
})
