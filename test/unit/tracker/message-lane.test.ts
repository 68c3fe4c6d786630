import { deepEqual, equal, ok } from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { WebSocketServer, type RawData } from 'ws'
import type { ConnectionId } from '../../../tracker/src/core/tracker-input.js'
import { MemberSocket } from '../../../tracker/src/server/member-socket.js'
import { openMessageLane } from '../../../tracker/src/server/message-lane.js'
import { soleText } from '../../../tracker/src/server/sole-frame.js'
import { clientFrame, opcodes } from '../../support/tracker/frames.js'

const payloadBytesMax = 70_000

const lines: Line[] = []

/** A stream whose chunks the test decides, with a socket at its end. */
class Line {
  readonly heard: string[] = []
  readonly written: Buffer[] = []
  closes = 0
  readonly stream: Duplex
  socket!: MemberSocket
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: payloadBytesMax,
    WebSocket: MemberSocket,
  })

  constructor(hasLane = true) {
    lines.push(this)
    const { written } = this
    this.stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        written.push(chunk)
        done()
      },
    })
    const key = 'dGhlIHNhbXBsZSBub25jZQ=='
    const headers = { upgrade: 'websocket', 'sec-websocket-key': key, 'sec-websocket-version': '13' }
    const request = { method: 'GET', headers, url: '/' } as unknown as IncomingMessage
    this.server.handleUpgrade(request, this.stream, Buffer.alloc(0), (socket) => {
      socket.attach(1 as ConnectionId, {
        messageReceived: (_socket, data: RawData, isBinary) =>
          this.heard.push((isBinary ? 'binary ' : '') + (data as Buffer).toString()),
        closed: () => (this.closes += 1),
      })
      if (hasLane) openMessageLane(socket, this.stream, payloadBytesMax)
      this.socket = socket
    })
  }

  async receive(...chunks: Buffer[]): Promise<this> {
    for (const chunk of chunks) {
      // The lane unmasks in place, as `ws` does.
      this.stream.push(Buffer.from(chunk))
      await turn()
    }
    return this
  }

  /** Close codes that were sent. */
  get closeCodes(): number[] {
    const all = this.written.slice(1)
    // `ws` writes head and payload apart.
    return all.flatMap((chunk, at) => (chunk[0] === 0x88 ? [all[at + 1]?.readUInt16BE(0) ?? 0] : []))
  }
}

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
  fc.integer({ min: 100, max: 66_000 }).map((length) => 'ä'.repeat(length / 2)),
)
const frames = fc.oneof(
  { weight: 4, arbitrary: text.map((payload) => [clientFrame(payload)]) },
  fc.string({ maxLength: 20 }).map((payload) => [clientFrame(payload, { opcode: opcodes.ping })]),
  fc.string({ maxLength: 20 }).map((payload) => [clientFrame(payload, { opcode: opcodes.pong })]),
  fc.string({ maxLength: 20 }).map((payload) => [clientFrame(payload, { opcode: opcodes.binary })]),
  fc
    .tuple(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }))
    .map(([one, other]) => [
      clientFrame(one, { fin: false }),
      clientFrame('', { opcode: opcodes.ping }),
      clientFrame(other, { opcode: opcodes.continuation }),
    ]),
)

/** The bytes of frames, cut where the numbers say; without numbers after each frame. */
function cut(pieces: readonly Buffer[], places: readonly number[]): Buffer[] {
  if (places.length === 0) return [...pieces]
  const all = Buffer.concat(pieces)
  const at = [...new Set(places.map((place) => place % all.length))].sort((one, other) => one - other)
  return [0, ...at].map((start, index) => all.subarray(start, at[index])).filter(({ length }) => length > 0)
}

describe('the lane of messages past ws', () => {
  afterEach(() => {
    for (const { stream } of lines.splice(0)) stream.destroy()
  })

  it('hears what ws hears, however the frames are cut', async () => {
    let seen = 0
    const cuts = fc.array(fc.nat({ max: 200_000 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 8 }), cuts, async (messages, places) => {
        const chunks = cut(messages.flat(), places)
        const [plain, open] = [new Line(false), new Line()]
        deepEqual((await open.receive(...chunks)).heard, (await plain.receive(...chunks)).heard)
        deepEqual(open.closeCodes, [])
        seen += open.heard.length
      }),
      { numRuns: 60 },
    )
    ok(seen > 100)
  }).timeout(30_000)

  it('goes its own way with whole messages, and with nothing else', async () => {
    const line = new Line()
    let byWs = 0
    const { emit } = line.socket
    line.socket.emit = (event: string | symbol, ...args: unknown[]) => {
      byWs += 1
      return emit.call(line.socket, event, ...args)
    }
    await line.receive(clientFrame('one'), clientFrame('two'))
    equal(byWs, 0)
    line.socket.silentRounds = 2
    await line.receive(clientFrame('', { opcode: opcodes.pong }))
    deepEqual([byWs, line.socket.silentRounds], [0, 0])
    const frame = clientFrame('three')
    await line.receive(frame.subarray(0, 4), frame.subarray(4), clientFrame('four'))
    equal(byWs, 1)
    deepEqual(line.heard, ['one', 'two', 'three', 'four'])
  })

  for (const [what, bytes, code] of [
    ['a frame without a mask', clientFrame('no', { masked: false }), 1002],
    ['reserved bits', clientFrame('no', { reserved: 1 }), 1002],
    ['a message over the limit', clientFrame('a'.repeat(payloadBytesMax + 1)), 1009],
    ['text that is none', clientFrame(Buffer.from([0xc3, 0x28])), 1007],
  ] as const) {
    it(`closes on ${what}, and reads no more`, async () => {
      const line = await new Line().receive(clientFrame('yes'), bytes, clientFrame('late'))
      deepEqual(line.heard, ['yes'])
      deepEqual(line.closeCodes, [code])
    })
  }

  it('ends as ws ends: on a close, and when the stream does', async () => {
    const closed = await new Line().receive(
      clientFrame('yes'),
      clientFrame(Buffer.from([3, 232]), { opcode: opcodes.close }),
      clientFrame('late'),
    )
    deepEqual([closed.heard, closed.closeCodes], [['yes'], [1000]])
    const broken = await new Line().receive(clientFrame('yes'), clientFrame('part').subarray(0, 5))
    broken.stream.destroy()
    await turn()
    await turn()
    equal(broken.closes, 1)
  })
})

describe('a text in one chunk', () => {
  it('is what was masked, wherever the chunk lies in its buffer', () => {
    for (const length of [0, 1, 3, 125, 126, 127, 1000, 65_535]) {
      for (const offset of [0, 1, 2, 3]) {
        const frame = clientFrame('é'.repeat(length / 2) + 'x'.repeat(length % 2))
        const room = Buffer.alloc(frame.length + offset)
        frame.copy(room, offset)
        equal(
          soleText(room.subarray(offset), 65_536)?.toString(),
          'é'.repeat(length / 2) + 'x'.repeat(length % 2),
        )
      }
    }
  })

  it('is nothing that is more, less or longer, and then stays as it was', () => {
    const frame = clientFrame('hello')
    const others = [
      frame.subarray(0, 8),
      Buffer.concat([frame, frame]),
      frame.subarray(0, 1),
      Buffer.alloc(0),
    ]
    for (const chunk of others) {
      const before = Buffer.from(chunk)
      equal(soleText(chunk, 100), undefined)
      deepEqual(chunk, before)
    }
    equal(soleText(clientFrame('hello'), 4), undefined)
  })
})
