/**
 * Takes one track out of an MPEG transport stream (ISO 13818-1): the packets of the other track go, and the
 * program map is rewritten to name only the one kept. So the demo has a stream with separate audio without
 * shipping its media twice.
 */
import { crc32Mpeg } from './crc32-mpeg.js'

export type Track = 'video' | 'audio'

const packetBytes = 188
/** Program association table. */
const patPid = 0
/** "No PCR": the clock travels with the video packets. */
const noPid = 0x1fff
const streamTypes: Record<Track, number> = { video: 0x1b, audio: 0x0f }

/** Works on what the recipe makes: one program, and tables that fit in a packet. */
export function keepTrack(stream: Buffer, track: Track): Buffer {
  const kept: Buffer[] = []
  let mapPid = -1
  let trackPid = -1
  for (let at = 0; at + packetBytes <= stream.length; at += packetBytes) {
    const packet = stream.subarray(at, at + packetBytes)
    if (packet[0] !== 0x47) throw new Error(`no transport packet at byte ${at}`)
    const pid = packet.readUInt16BE(1) & 0x1fff
    if (pid === mapPid) {
      const { packet: rewritten, pid: found } = rewriteProgramMap(packet, track)
      trackPid = found
      kept.push(rewritten)
    } else if (pid === patPid) {
      // The first program's entry follows the 8 bytes of the table's header.
      mapPid = packet.readUInt16BE(sectionStart(packet) + 10) & 0x1fff
      kept.push(packet)
    } else if (pid === trackPid || pid < 0x20) {
      kept.push(packet)
    }
  }
  return Buffer.concat(kept)
}

function sectionStart(packet: Buffer): number {
  const hasAdaptation = (packet.readUInt8(3) & 0x20) !== 0
  const payload = 4 + (hasAdaptation ? 1 + packet.readUInt8(4) : 0)
  return payload + 1 + packet.readUInt8(payload)
}

function rewriteProgramMap(packet: Buffer, track: Track): { packet: Buffer; pid: number } {
  const start = sectionStart(packet)
  const end = start + 3 + (packet.readUInt16BE(start + 1) & 0xfff) - 4
  const programInfoEnd = start + 12 + (packet.readUInt16BE(start + 10) & 0xfff)
  let entry: Buffer | undefined
  for (let at = programInfoEnd; at < end;) {
    const next = at + 5 + (packet.readUInt16BE(at + 3) & 0xfff)
    if (packet[at] === streamTypes[track]) entry = packet.subarray(at, next)
    at = next
  }
  if (!entry) throw new Error(`the program has no ${track} track`)

  const section = Buffer.concat([packet.subarray(start, programInfoEnd), entry, Buffer.alloc(4)])
  section.writeUInt16BE(0xb000 | (section.length - 3), 1)
  if (track === 'audio') section.writeUInt16BE(0xe000 | noPid, 8)
  section.writeUInt32BE(crc32Mpeg(section.subarray(0, -4)), section.length - 4)
  const rewritten = Buffer.alloc(packetBytes, 0xff)
  packet.copy(rewritten, 0, 0, start)
  section.copy(rewritten, start)
  return { packet: rewritten, pid: entry.readUInt16BE(1) & 0x1fff }
}
