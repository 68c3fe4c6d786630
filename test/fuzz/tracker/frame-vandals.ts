import { clientFrame, opcodes } from '../../support/tracker/frames.js'
import { leave, openSocket, openWebSocket } from './open-socket.js'
import type { Vandal } from './vandal.js'

const upgradeHeaders = [
  'Upgrade: websocket',
  'Upgrade: WEBSOCKET, h2c',
  'Connection: Upgrade',
  'Connection: close',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Version: 99999999999',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Key: short',
  'Sec-WebSocket-Key: ' + 'A'.repeat(9000),
  'Sec-WebSocket-Protocol: prismesh, prismesh',
  'Sec-WebSocket-Protocol: ,,,',
  'Sec-WebSocket-Protocol: token.' + 'x'.repeat(7000),
  'Sec-WebSocket-Protocol: \u0001',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=1',
  'Sec-WebSocket-Extensions: permessage-deflate; =;;,',
  'Sec-WebSocket-Extensions: ' + 'x,'.repeat(3000),
  'Origin: https://evil.example\u0000',
  'Host: tracker',
]

/** Upgrades with too few, too many and wrong headers. */
export const upgrades: Vandal = async (context) => {
  const { random } = context
  const socket = await openSocket(context)
  const lines = [`GET ${random.pick([...context.webSocketPaths, '/nowhere', '/../', '//'])} HTTP/1.1`]
  const kept = upgradeHeaders.filter(() => random.chance(0.45))
  lines.push(...kept, ...(random.chance(0.3) ? kept : []))
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (random.chance(0.5)) socket.write(clientFrame('{"kind":"leave"}'))
  await context.pause()
  socket.destroy()
}

/** Frames that break the rules of WebSockets in one way or several. */
export const frames: Vandal = async (context) => {
  const { random } = context
  const client = await openWebSocket(context, random.pick(context.webSocketPaths))
  for (let count = 1 + random.below(12); count > 0 && client.isOpen; count -= 1) {
    client.write(
      clientFrame(random.bytes(random.pick([0, 1, 2, 125, 126, 300, 70_000])), {
        opcode: random.chance(0.7) ? random.pick(Object.values(opcodes)) : random.below(16),
        fin: random.chance(0.6),
        masked: random.chance(0.9),
        reserved: random.chance(0.8) ? 0 : random.below(8),
        ...(random.chance(0.1) ? { declaredLength: random.pick([1, 127, 65_536, 2 ** 31, 2 ** 52]) } : {}),
      }),
    )
    context.count()
  }
  await context.pause()
  leave(client, random)
}

/** A message in pieces: very many, empty, never ended, or with others in between. */
export const fragments: Vandal = async (context) => {
  const { random } = context
  const client = await openWebSocket(context, random.pick(context.webSocketPaths))
  client.write(clientFrame('{"kind":', { fin: false }))
  const piece = clientFrame(random.pick(['', ' ', '"x']), { opcode: opcodes.continuation, fin: false })
  const pieces = Buffer.concat(Array.from({ length: random.below(20_000) }, () => piece))
  if (client.isOpen) client.write(pieces)
  if (client.isOpen && random.chance(0.5)) client.write(clientFrame('between', { opcode: opcodes.ping }))
  if (client.isOpen && random.chance(0.5))
    client.write(clientFrame('"leave"}', { opcode: opcodes.continuation }))
  context.count(3)
  await context.pause()
  client.destroy()
}

/** Pings by the thousand, whose pongs are not read. */
export const pings: Vandal = async (context) => {
  const client = await openWebSocket(context)
  client.socket.pause()
  const ping = clientFrame('x'.repeat(125), { opcode: opcodes.ping })
  if (client.isOpen) client.write(Buffer.concat(Array.from({ length: 5000 }, () => ping)))
  context.count()
  await context.pause()
  client.destroy()
}
