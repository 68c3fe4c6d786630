import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { assertIntact } from '../support/browser/assert-intact.js'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, untilLinked, untilPlays } from '../support/browser/viewers.js'
import { isLong, tell } from './attack-report.js'
import { assertUnharmed, reportsOf, sumOf, verifying, witnessed } from './victims.js'

/** What a broken or hostile proxy makes of an answer; every one of them keeps the status of a good one. */
const poisons: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  'an error page with status 200': () => Buffer.from('<html><h1>502 Bad Gateway</h1></html>'),
  'half of the body, as if it were all': (body) => body.subarray(0, body.length >> 1),
  'a changed byte': (body) => {
    const other = Buffer.from(body)
    other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 0xff
    return other
  },
  'a body with something behind it': (body) => Buffer.concat([body, Buffer.alloc(5000, 0x47)]),
  'nothing at all': () => Buffer.alloc(0),
}

describe('attack: the path of one member to the CDN is poisoned', function () {
  this.timeout(isLong ? 300_000 : 150_000)
  const setup = useRig(witnessed)
  const kinds = Object.keys(poisons)

  /** Poisons this page's segments, each kind in turn; with `once`, only the first answer for each. */
  async function poison(page: Page, mode: 'once' | 'always'): Promise<{ readonly done: string[] }> {
    const done: string[] = []
    const asked = new Set<string>()
    await page.route('**/*.ts', async (route) => {
      const request = route.request().url()
      const isFirst = !asked.has(request)
      asked.add(request)
      if (mode === 'once' && !isFirst) return route.continue()
      const kind = kinds[done.length % kinds.length] ?? ''
      const response = await route.fetch()
      done.push(kind)
      const { 'content-length': _length, ...headers } = response.headers()
      await route.fulfill({
        status: response.status(),
        headers,
        body: poisons[kind]?.(await response.body()) ?? '',
      })
    })
    return { done }
  }

  it('what comes wrong once is neither played nor given on', async () => {
    const pages = await openViewers(setup.rig, 2, verifying)
    await Promise.all(pages.map((page) => untilLinked(page)))
    const [poisoned] = pages
    assert.ok(poisoned)
    const { done } = await poison(poisoned, 'once')
    const before = await reportsOf(pages)
    await untilPlays(poisoned, 4)
    // A whole turn of the kinds, however few fetches this member makes for the others.
    while (done.length < kinds.length) await untilPlays(poisoned, 2)
    const after = await assertUnharmed(pages, before, isLong ? 60 : 2)
    assert.equal(
      sumOf(after, (mesh) => mesh.changedBlocks),
      0,
    )
    tell(
      `${done.length} answers to one of ${pages.length} members: ${[...new Set(done)].join('; ')}`,
      '0 wrong bytes played by anybody, 0 changed blocks given on, 0 stalls added',
    )
  })

  it('what comes wrong always reaches nobody else', async () => {
    const pages = await openViewers(setup.rig, 2, verifying)
    await Promise.all(pages.map((page) => untilLinked(page)))
    const [poisoned, ...others] = pages
    assert.ok(poisoned)
    const { done } = await poison(poisoned, 'always')
    const before = await reportsOf(others)
    await Promise.all(others.map((page) => untilPlays(page, isLong ? 60 : 6)))
    while (done.length === 0) await untilPlays(poisoned, 1).catch(() => undefined)
    const after = await reportsOf(others)
    for (const [index, viewer] of after.entries()) assert.equal(viewer.stalls, before[index]?.stalls)
    assert.equal(
      sumOf(after, (mesh) => mesh.changedBlocks),
      0,
      'a member has given on what its own path brought',
    )
    assert.ok(done.length > 0)
    await assertIntact(others, 3)
    tell(
      `each of ${done.length} answers to one of ${pages.length} members`,
      `the others: 0 wrong bytes played, 0 changed blocks received, 0 stalls added`,
    )
  })
})
