import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { FrameGuard } from '../../../client-sdk/src/transport/frame-guard.js'
import { MemberWire } from '../../../client-sdk/src/transport/member-wire.js'
import { blockBytes } from '../../../protocol/block.js'
import { streamIdLengthMax, type MemberId, type SwarmId } from '../../../protocol/ids.js'
import * as limits from '../../../protocol/limits.js'
import { decodeTrackerReply, decodeTrackerRequest } from '../../../protocol/tracker-messages.js'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from '../../../protocol/wire-messages.js'
import { codeIn, readPage, tableOf, unionLiterals } from './markdown.js'

const page = readPage('docs/protocol.md')
const hexBlocks = page.blocks
  .filter(({ language }) => language === 'hex')
  .map(({ info, code }) => {
    const [, name = '', json = ''] = /^([\w-]+) (.*)$/.exec(info) ?? []
    return { name, told: JSON.parse(json, readHashes) as object, hex: code.replaceAll(/\s/g, '') }
  })

const trackerKinds = {
  'to-tracker': ['join', 'update', 'signal', 'seek', 'report', 'accuse', 'leave'],
  'to-member': [
    'joined',
    'roster',
    'introduce',
    'signal',
    'policy',
    'digests',
    'playlist-edge',
    'move',
    'error',
  ],
}
const wireKinds = [
  'hello',
  'follow',
  'doing',
  'holds',
  'have',
  'lost',
  'claim',
  'unclaim',
  'digest-held',
  'digest-asked',
  'digest',
  'ends',
  'cdn-pace',
  'playlist-edge',
  'shortage',
]

/** Hashes stand in the examples' JSON as hexadecimal digits. */
function readHashes(name: string, value: unknown): unknown {
  if (name === 'hashes') return (value as string[]).map(bytesOf)
  return name === 'hash' || name === 'signature' ? bytesOf(value as string) : value
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

describe('examples in the protocol', () => {
  for (const [direction, kinds] of Object.entries(trackerKinds)) {
    it(`decode ${direction}, every field read, for every kind`, () => {
      const decode = direction === 'to-tracker' ? decodeTrackerRequest : decodeTrackerReply
      const seen = page.blocks
        .filter(({ info }) => info === direction)
        .map(({ code }) => {
          const decoded = decode(code)
          // Unknown fields would be dropped: what is read must be what is written.
          deepEqual(decoded, { ok: true, value: JSON.parse(code) as unknown })
          return decoded.ok ? decoded.value.kind : ''
        })
      deepEqual(seen.toSorted(), kinds.toSorted())
    })
  }

  it('decode from hex to the message beside it, and back, for every prism message', () => {
    const examples = hexBlocks.filter(({ name }) => name === 'prism')
    ok(examples.length >= 10, `${examples.length} examples`)
    for (const { told, hex } of examples) {
      deepEqual(decodeWireMessage(Buffer.from(hex, 'hex')), { ok: true, value: told })
      equal(Buffer.from(encodeWireMessage(told as WireMessage)).toString('hex'), hex)
    }
    const kinds = new Set(examples.map(({ told }) => (told as WireMessage).kind))
    deepEqual([...kinds].toSorted(), wireKinds.toSorted())
    const source = unionLiterals('protocol/wire-messages.ts', 'WireMessage')
    deepEqual([...new Set(source)].toSorted(), wireKinds.toSorted())
  })

  it('are the frames that a link sends', async () => {
    const sent = await framesOfALink()
    const frames = hexBlocks.filter(({ name }) => name !== 'prism')
    ok(frames.length >= 9, `${frames.length} frames`)
    for (const { name, hex } of frames) ok(sent.includes(hex), `${name}: ${hex} is not in ${sent}`)
    equal(frames.map(({ hex }) => hex).join(''), sent)
  })

  it('are frames that the guard lets through', () => {
    const frames = hexBlocks.filter(({ name }) => name !== 'prism').map(({ hex }) => hex)
    const accepted = new FrameGuard().accept(Buffer.from(frames.join(''), 'hex'))
    ok(accepted.ok)
    equal(accepted.value.length, frames.length)
  })

  it('has every limit with its value', () => {
    const all: Record<string, number> = { ...limits, blockBytes, streamIdLengthMax }
    const rows = tableOf(page, 'limits').map(([name, value]) => [codeIn(name), Number(value)])
    deepEqual(Object.fromEntries(rows), all)
    ok(rows.length >= 14)
  })
})

/** What a link sends that says everything once, in the order of the page. */
async function framesOfALink(): Promise<string> {
  const bytes: Uint8Array[] = []
  const wire = wireTo((part) => bytes.push(part))
  const others: Uint8Array[] = []
  const other = wireTo((part) => others.push(part))
  const swarm = 'ffeeddccbbaa99887766554433221100ffeeddcc' as SwarmId
  wire.open(swarm, '00112233445566778899aabbccddeeff00112233' as MemberId)
  other.open(swarm, '11112233445566778899aabbccddeeff00112233' as MemberId)
  const [toWire, toOther] = [new FrameGuard(), new FrameGuard()]
  // Two rounds: the handshakes, then the extended handshakes, which the library sends in answer.
  for (let round = 0; round < 2; round += 1) {
    await streamsRest()
    const [fromOther, fromWire] = [Buffer.concat(others.splice(0)), Buffer.concat(bytes)]
    pass(toOther, other, round === 0 ? fromWire : Buffer.alloc(0))
    pass(toWire, wire, fromOther)
  }
  await streamsRest()
  wire.request(7, 16_384, 16_384)
  wire.block(7, 16_384, Uint8Array.of(1, 2, 3, 4))
  wire.cancel(7, 16_384, 16_384)
  wire.reject(7, 16_384, 16_384)
  wire.message(encodeWireMessage({ kind: 'lost', handle: 7 }))
  await streamsRest()
  wire.close()
  other.close()
  return Buffer.concat(bytes).toString('hex')
}

/** The library's streams hand on what they were given in later turns. */
async function streamsRest(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5))
}

function pass(guard: FrameGuard, wire: MemberWire, bytes: Uint8Array): void {
  const frames = guard.accept(new Uint8Array(bytes))
  ok(frames.ok)
  for (const frame of frames.value) wire.accept(frame)
}

function wireTo(take: (part: Uint8Array) => void): MemberWire {
  const nothing = (): void => {}
  return new MemberWire({
    handshaken: nothing,
    extensionReady: nothing,
    message: nothing,
    requested: nothing,
    cancelled: nothing,
    block: nothing,
    rejected: nothing,
    outgoing: (parts) => parts.forEach(take),
  })
}
