import assert from 'node:assert/strict'
import type { FetchFailure } from '../../client-sdk/src/engine/inputs.js'
import type { CdnPort, CdnRequest } from '../../client-sdk/src/ports/cdn.js'

/** What the resources of a rig do, under these paths. */
export const cdnPaths = ['/whole', '/ignores-range', '/missing', '/cut', '/hangs', '/no-server'] as const
export type CdnPath = (typeof cdnPaths)[number]

/** The content of every resource: 5,000 bytes, each telling its place. `/cut` and `/hangs` stop after 2,000. */
export const cdnBytes = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7) & 0xff)
export const cutAfterBytes = 2_000

export interface CdnRig {
  readonly cdn: CdnPort
  url(path: CdnPath): string
  until(isSo: () => boolean): Promise<void>
  /** False where bytes come only when all are there, so that a body cut short is no news of any kind but failure. */
  readonly streams: boolean
  dispose(): Promise<void>
}

interface Heard {
  started?: { readonly offset: number; readonly bytesExpected: number | undefined }
  readonly bytes: number[]
  ended: number
  readonly failures: FetchFailure[]
}

/** What every way to the CDN must do. */
export function describeCdn(name: string, open: () => Promise<CdnRig>): void {
  describe(`the CDN by ${name}`, () => {
    let rig: CdnRig
    beforeEach(async () => {
      rig = await open()
    })
    afterEach(() => rig.dispose())

    function fetch(path: CdnPath, rest: Omit<CdnRequest, 'source'>): { heard: Heard; abort(): void } {
      const heard: Heard = { bytes: [], ended: 0, failures: [] }
      const { abort } = bindAbort(
        rig.cdn.fetch(
          { source: { url: rig.url(path) }, ...rest },
          {
            started: (offset, bytesExpected) => {
              assert.equal(heard.started, undefined)
              heard.started = { offset, bytesExpected }
            },
            progressed: (bytes) => {
              assert.ok(heard.started)
              heard.bytes.push(...bytes)
            },
            ended: () => (heard.ended += 1),
            failed: (failure) => heard.failures.push(failure),
          },
        ),
      )
      return { heard, abort }
    }

    async function outcome(path: CdnPath, rest: Omit<CdnRequest, 'source'>): Promise<Heard> {
      const { heard } = fetch(path, rest)
      await rig.until(() => heard.ended + heard.failures.length > 0)
      assert.equal(heard.ended + heard.failures.length, 1)
      return heard
    }

    const part = (start: number, end?: number): number[] => [...cdnBytes.subarray(start, end)]

    const wholes: readonly (readonly [string, CdnPath, Omit<CdnRequest, 'source'>, number, number[]])[] = [
      ['a whole segment', '/whole', { from: 0 }, 0, part(0)],
      ['a part', '/whole', { from: 1000, to: 3000 }, 1000, part(1000, 3000)],
      ['an open-ended part', '/whole', { from: 4000 }, 4000, part(4000)],
      ['a part that reaches beyond the end', '/whole', { from: 4000, to: 9000 }, 4000, part(4000)],
      ['all from an origin that ignores Range', '/ignores-range', { from: 1000, to: 2000 }, 0, part(0)],
      [
        'a segment within a resource',
        '/whole',
        { from: 0, resourceRange: { start: 1000, end: 2000 } },
        0,
        part(1000, 2000),
      ],
      [
        'a part of such a segment',
        '/whole',
        { from: 200, to: 500, resourceRange: { start: 1000, end: 2000 } },
        200,
        part(1200, 1500),
      ],
      [
        'such a segment from an origin that ignores Range',
        '/ignores-range',
        { from: 0, resourceRange: { start: 1000, end: 2000 } },
        0,
        part(1000, 2000),
      ],
      [
        'all of such a segment when a part is asked of that origin',
        '/ignores-range',
        { from: 500, resourceRange: { start: 1000, end: 2000 } },
        0,
        part(1000, 2000),
      ],
    ]
    for (const [what, path, request, offset, bytes] of wholes) {
      it(`gives ${what}`, async () => {
        const heard = await outcome(path, request)
        assert.deepEqual(heard.failures, [])
        assert.equal(heard.started?.offset, offset)
        assert.deepEqual(heard.bytes, bytes)
        assert.equal(heard.started.bytesExpected ?? bytes.length, bytes.length)
      })
    }

    const failures: readonly (readonly [string, CdnPath, Omit<CdnRequest, 'source'>, FetchFailure])[] = [
      ['a range at the end', '/whole', { from: 5000 }, { kind: 'beyond-end' }],
      ['a range beyond the end', '/whole', { from: 6000, to: 7000 }, { kind: 'beyond-end' }],
      ['a missing segment', '/missing', { from: 0 }, { kind: 'status', status: 404 }],
      ['no server', '/no-server', { from: 0 }, { kind: 'network' }],
    ]
    for (const [what, path, request, failure] of failures) {
      it(`answers ${what} with ${failure.kind}`, async () => {
        const heard = await outcome(path, request)
        assert.deepEqual(heard.failures, [failure])
        assert.equal(heard.started, undefined)
      })
    }

    it('tells a body that was cut off', async () => {
      const heard = await outcome('/cut', { from: 0 })
      assert.deepEqual(heard.failures, [{ kind: rig.streams ? 'truncated' : 'network' }])
      assert.deepEqual(heard.bytes, rig.streams ? part(0, heard.bytes.length) : [])
    })

    it('hands out bytes as they come, and nothing after an abort', async () => {
      const { heard, abort } = fetch('/hangs', { from: 0 })
      if (rig.streams) await rig.until(() => heard.bytes.length === cutAfterBytes)
      abort()
      abort()
      const other = await outcome('/whole', { from: 0 })
      assert.equal(other.ended, 1)
      assert.deepEqual([heard.ended, heard.failures], [0, []])
    })
  })
}

/** `abort` must work as a method of what was returned. */
function bindAbort(fetching: { abort(): void }): { abort(): void } {
  return { abort: () => fetching.abort() }
}
