import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import {
  followEdge,
  lastOf,
  playlistEdgeOf,
  playlistEdgeStatement,
  readMediaText,
  textOf,
} from '../../../protocol/playlist-edge.js'
import { sha256 } from '../../support/sha256.js'
import { liveText } from '../../support/live-text.js'
import { readPage, root } from '../docs/markdown.js'

const stream = 'cdn.example.com/live/master.m3u8' as StreamId
const rendition = 'v1' as RenditionId

function edgeOf(text: string) {
  const edge = playlistEdgeOf(sha256, rendition, text)
  ok(edge)
  return edge
}

/** What a member that has `before` makes of the edge of `after`. */
function follow(before: string, after: string): string | undefined {
  const own = readMediaText(before)
  ok(own)
  const made = followEdge(sha256, own, edgeOf(after))
  return made && textOf(made)
}

describe("a playlist's edge", () => {
  it('has the statement that the page shows and the golden file holds', () => {
    const golden = readFileSync(join(root, 'test/unit/protocol/golden/playlist.m3u8'), 'utf8')
    const statement = Buffer.from(playlistEdgeStatement(stream, edgeOf(golden))).toString('hex')
    const shown = readPage('docs/playlists.md').blocks.map(({ code }) => code.replaceAll(/\s/g, ''))
    ok(shown.includes(statement), `the statement is ${statement}`)
    ok(shown.includes(golden.replaceAll(/\s/g, '')), 'the playlist')
  })

  it('has another statement when anything about it is another', () => {
    const edge = edgeOf(liveText(10, 6))
    const others = [
      playlistEdgeStatement('other' as StreamId, edge),
      ...[
        { rendition: 'v2' as RenditionId },
        { first: 9 },
        { last: 16 },
        { tail: `${edge.tail}x\n` },
        { hash: new Uint8Array(32) },
      ].map((change) => playlistEdgeStatement(stream, { ...edge, ...change })),
    ]
    const all = [playlistEdgeStatement(stream, edge), ...others]
    equal(new Set(all.map((bytes) => Buffer.from(bytes).toString('hex'))).size, all.length)
  })

  it('gives whoever has an earlier text the new one, to the letter', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (first, count, news) => {
          equal(follow(liveText(first, count), liveText(first + news, count)), liveText(first + news, count))
        },
      ),
    )
    equal(follow(liveText(0, 4), liveText(0, 5)), liveText(0, 5), 'a window that grows')
  })

  it('is of no use where it is no news, or what lies between is not known', () => {
    equal(follow(liveText(10, 6), liveText(10, 6)), undefined, 'the same')
    equal(follow(liveText(10, 6), liveText(9, 6)), undefined, 'an old one')
    equal(follow(liveText(10, 6), liveText(14, 6)), undefined, 'four segments at once')
    equal(follow(liveText(10, 3), liveText(13, 3)), undefined, 'no segment in common')
  })

  it('is of no use where anything in the earlier text is not as in the new one', () => {
    const changes: [string, (text: string) => string][] = [
      ['a token in URIs', (text) => text.replaceAll('.ts', '.ts?token=mine')],
      ['a duration', (text) => text.replace(/(#EXTINF:)2(.*\n.*15)/, '$13$2')],
      ['a key', (text) => text.replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF')],
      ['a header', (text) => text.replace('#EXTINF', '#EXT-X-MAP:URI="other.mp4"\n#EXTINF')],
      ['a discontinuity', (text) => text.replace(/(#EXTINF.*\n.*15)/, '#EXT-X-DISCONTINUITY\n$1')],
      ['line ends', (text) => text.replaceAll('\n', '\r\n')],
    ]
    for (const [what, change] of changes) {
      ok(change(liveText(10, 6)) !== liveText(10, 6), what)
      equal(follow(change(liveText(10, 6)), liveText(11, 6)), undefined, what)
    }
  })

  it('is not made of what everybody is to poll', () => {
    const text = liveText(10, 6)
    for (const [what, other] of [
      ['an end', `${text}#EXT-X-ENDLIST\n`],
      ['parts', `${text}#EXT-X-PART:DURATION=0.3,URI="p.ts"\n`],
      ['a hint', `${text}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p.ts"\n`],
      ['a discontinuity at the edge', text.replace(/(#EXTINF.*\n.*15)/, '#EXT-X-DISCONTINUITY\n$1')],
      ['a key at the edge', text.replace(/(#EXTINF.*\n.*15)/, '#EXT-X-KEY:METHOD=NONE\n$1')],
      ['no media sequence', text.replace(/#EXT-X-MEDIA-SEQUENCE.*\n/, '')],
      ['no segments', '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:3\n'],
      ['an error page', '<html>503</html>'],
      ['a day of segments', liveText(10, 43_200)],
      ['URIs beyond measure', text.replaceAll('.ts', `.ts?${'x'.repeat(2000)}`)],
    ] as const) {
      equal(playlistEdgeOf(sha256, rendition, other), undefined, what)
    }
  })

  it('cannot make a member end, skip or splice, whoever has signed it', () => {
    const own = readMediaText(liveText(10, 6))
    ok(own)
    for (const line of [
      '#EXT-X-ENDLIST',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=3',
      '#EXT-X-GAP',
    ]) {
      const tail = `${line}\n#EXTINF:2.000,\nseg-16.ts\n`
      const made = textOf({
        ...own,
        head: own.head.replace('10', '11'),
        segments: [...own.segments.slice(1), tail],
      })
      const edge = { ...edgeOf(liveText(11, 6)), tail }
      const hash = playlistHash(made)
      equal(followEdge(sha256, own, { ...edge, hash }), undefined, line)
    }
  })

  it('takes a playlist apart without loss, and never throws', () => {
    deepEqual(readMediaText(liveText(7, 3))?.first, 7)
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('#EXTM3U', '#EXT-X-MEDIA-SEQUENCE:4', '#EXTINF:2,', 'a.ts', '', '#x', '\r')),
        (lines) => {
          const text = lines.join('\n')
          const read = readMediaText(text)
          if (read === undefined) return
          ok(text.startsWith(textOf(read)))
          equal(lastOf(read), 3 + read.segments.length)
        },
      ),
    )
  })
})

function playlistHash(text: string): Uint8Array {
  const ascii = Array.from({ length: text.length }, (_, index) => [0, text.charCodeAt(index)])
  return sha256(Uint8Array.from([text.length >> 8, text.length & 0xff, ...ascii.flat()]))
}
