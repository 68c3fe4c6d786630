import assert from 'node:assert/strict'
import { crc32Mpeg } from '../../../demo/origin/media/crc32-mpeg.js'
import { keepTrack } from '../../../demo/origin/media/keep-track.js'
import { loadMediaLoop } from '../../../demo/origin/media/media-loop.js'
import { padRendition } from '../../../demo/origin/media/pad-rendition.js'

const packetBytes = 188

describe('the shipped media', () => {
  it('is a loop of ten segments of 2 s in two renditions', async () => {
    const loop = await loadMediaLoop(2)
    assert.deepEqual(
      loop.renditions.map(({ name, segments }) => [name, segments.length]),
      [
        ['high', 10],
        ['low', 10],
      ],
    )
    for (const segment of loop.renditions.flatMap((rendition) => rendition.segments)) {
      assert.equal(segment.length % packetBytes, 0)
      assert.equal(segment[0], 0x47)
    }
  })

  it('has about 1 Mbit/s in its best rendition', async () => {
    const [high] = (await loadMediaLoop(2)).renditions
    const bytes = high?.segments.reduce((sum, segment) => sum + segment.length, 0) ?? 0
    const bitsPerSecond = (bytes * 8) / 20
    assert.ok(bitsPerSecond > 950_000 && bitsPerSecond < 1_050_000, `${bitsPerSecond} bit/s`)
  })

  it('has few and small pictures for many viewers on one machine', async () => {
    const { renditions, sparse } = await loadMediaLoop(2)
    assert.deepEqual([sparse.frameRate, sparse.segments.length], [5, 10])
    for (const [index, segment] of sparse.segments.entries()) {
      assert.ok(segment.length * 10 < (renditions[0]?.segments[index]?.length ?? 0) * 1.1)
    }
  })

  it('joins pairs into segments of 4 s', async () => {
    const [two, four] = await Promise.all([loadMediaLoop(2), loadMediaLoop(4)])
    for (const [index, rendition] of four.renditions.entries()) {
      assert.equal(rendition.segments.length, 5)
      assert.deepEqual(
        Buffer.concat([...rendition.segments]),
        Buffer.concat([...(two.renditions[index]?.segments ?? [])]),
      )
    }
    await assert.rejects(loadMediaLoop(6), /no 6 s segments/)
  })

  it('is described by the index byte for byte', async () => {
    const { layout, bytes } = (await loadMediaLoop(2)).fmp4
    assert.equal(bytes.length, layout.sizeBytes)
    let end = layout.init.offset + layout.init.length
    for (const { offset, length } of layout.segments) {
      assert.equal(offset, end)
      assert.match(bytes.toString('latin1', offset + 4, offset + 8), /^(sidx|moof)$/)
      end = offset + length
    }
    assert.ok(layout.sizeBytes >= end)
  })
})

describe('taking a track out of a transport stream', () => {
  it('parts the packets of picture and sound, and loses none', async () => {
    const source = (await loadMediaLoop(2)).renditions[1]?.segments[0]
    assert.ok(source)
    const [all, video, audio] = [source, keepTrack(source, 'video'), keepTrack(source, 'audio')].map(
      pidCounts,
    )
    assert.ok(all && video && audio)
    assert.equal(video.has(0x101), false)
    assert.equal(audio.has(0x100), false)
    assert.equal(video.get(0x100), all.get(0x100))
    assert.equal(audio.get(0x101), all.get(0x101))
    assert.ok((all.get(0x100) ?? 0) > 10 && (all.get(0x101) ?? 0) > 10)
  })

  it('writes a program map with one track and a right checksum', async () => {
    const source = (await loadMediaLoop(2)).renditions[1]?.segments[0]
    assert.ok(source)
    const map = programMap(keepTrack(source, 'audio'))
    assert.equal(map.length, 3 + 9 + 5 + 4 + (map.readUInt16BE(15) & 0xfff))
    assert.equal(map[12], 0x0f)
    // The checksum over a section and its checksum is zero.
    assert.equal(crc32Mpeg(map), 0)
    assert.equal(crc32Mpeg(programMap(source)), 0)
  })

  it('is padded to a constant rate, without sound', async () => {
    const low = (await loadMediaLoop(2)).renditions[1]
    assert.ok(low)
    const sources = low.segments
    const padded = padRendition(low, 2, 1_000_000).segments
    assert.equal(padded.length, sources.length)
    for (const [index, segment] of padded.entries()) {
      assert.equal(segment.length, Math.floor(250_000 / packetBytes) * packetBytes)
      const before = pidCounts(sources[index] ?? Buffer.alloc(0))
      assert.equal(pidCounts(segment).get(0x100), before.get(0x100))
      assert.equal(pidCounts(segment).has(0x101), false)
    }
  })

  it('computes the standard check value', () => {
    assert.equal(crc32Mpeg(Buffer.from('123456789')), 0x0376e6e7)
  })
})

function pidCounts(stream: Buffer): Map<number, number> {
  const counts = new Map<number, number>()
  for (let at = 0; at < stream.length; at += packetBytes) {
    const pid = stream.readUInt16BE(at + 1) & 0x1fff
    counts.set(pid, (counts.get(pid) ?? 0) + 1)
  }
  return counts
}

/** The section of the program map that ffmpeg's muxer puts at 0x1000. */
function programMap(stream: Buffer): Buffer {
  for (let at = 0; at < stream.length; at += packetBytes) {
    if ((stream.readUInt16BE(at + 1) & 0x1fff) !== 0x1000) continue
    const start = at + 5 + stream.readUInt8(at + 4)
    return stream.subarray(start, start + 3 + (stream.readUInt16BE(start + 1) & 0xfff))
  }
  throw new Error('no program map')
}
