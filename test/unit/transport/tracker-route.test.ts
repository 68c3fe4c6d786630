import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mayMove, moveIntervalMs, TrackerRoute } from '../../../client-sdk/src/transport/tracker-route.js'
import { streamHash } from '../../../protocol/stream-hash.js'

const base = 'wss://tracker.example.com'

describe('the route to a tracker', () => {
  it("carries the stream's hash, the same for everyone, and not its name", () => {
    const route = new TrackerRoute('wss://tracker.example.com/?key=1', 'secret-final', [])
    assert.equal(route.url, `wss://tracker.example.com/?key=1&s=${streamHash('secret-final')}`)
    assert.match(streamHash('secret-final'), /^[0-9a-f]{8}$/)
    assert.equal(streamHash('secret-final'), '18764046')
    assert.ok(!route.url.includes('secret'))
  })

  it('hashes streams apart', () => {
    const hashes = new Set(
      Array.from({ length: 5000 }, (_, index) => streamHash(`https://cdn.example/live/${index}`)),
    )
    assert.ok(hashes.size >= 4995, String(hashes.size))
  })

  it('follows a move until the connection ends, and not another one right after it', () => {
    const route = new TrackerRoute(base, 's', [])
    assert.equal(route.move(0, 'wss://t2.tracker.example.com:8433/x'), 'follow')
    assert.equal(route.url, `wss://t2.tracker.example.com:8433/x?s=${streamHash('s')}`)
    assert.equal(route.move(moveIntervalMs - 1, 'wss://t3.tracker.example.com'), 'too-soon')
    route.ended()
    assert.ok(route.url.startsWith(base))
    assert.equal(route.move(moveIntervalMs, 'wss://t3.tracker.example.com'), 'follow')
  })

  it('has another hash after a full tracker, and the first again in the end', () => {
    const route = new TrackerRoute(base, 's', [])
    const seen = [route.url]
    for (let index = 0; index < 16; index += 1) {
      route.full()
      seen.push(route.url)
    }
    assert.equal(new Set(seen).size, 16)
    assert.equal(seen[0], seen[16])
  })

  const verdicts: [url: string, may: boolean, hosts?: string[]][] = [
    ['wss://tracker.example.com:9000', true],
    ['wss://t3.tracker.example.com', true],
    ['wss://T3.Tracker.Example.com', true],
    ['ws://tracker.example.com', false],
    ['https://tracker.example.com', false],
    ['wss://example.com', false],
    ['wss://t3.example.com', false],
    ['wss://eviltracker.example.com', false],
    ['wss://tracker.example.com.evil.test', false],
    ['wss://user:pass@tracker.example.com', false],
    ['wss://t3.example.com', true, ['t3.example.com']],
    ['wss://t3.example.com', true, ['example.com']],
    ['wss://evil.test', false, ['example.com']],
    ['nonsense', false],
    ['', false],
  ]
  for (const [url, may, hosts = []] of verdicts) {
    it(`${may ? 'follows' : 'does not follow'} "${url}"${hosts.length > 0 ? ` when the page allows ${hosts.join()}` : ''}`, () => {
      assert.equal(mayMove(base, url, hosts), may)
    })
  }

  it('takes an address as it is', () => {
    assert.equal(mayMove('ws://127.0.0.1:1', 'ws://127.0.0.1:2', []), true)
    assert.equal(mayMove('ws://127.0.0.1:1', 'ws://127.0.0.2:2', []), false)
  })

  it('throws at no URL', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (url) => void mayMove(base, url, [url])))
  })
})
