import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketConnector, type WebSocketClass } from '../../client-sdk/src/transport/web-socket.js'
import { FakeSockets } from '../support/transport/fake-socket.js'
import { untilReal } from '../support/transport/until.js'
import { describeSockets, type FarSocket } from './socket-contract.js'

const connector = webSocketConnector(WebSocket as unknown as WebSocketClass)

describeSockets('WebSocket', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const far: FarSocket[] = []
  server.on('connection', (socket) => {
    const received: string[] = []
    socket.on('message', (data: Buffer) => received.push(data.toString()))
    far.push({
      received,
      get isClosed() {
        return socket.readyState === WebSocket.CLOSED
      },
      send: (text) => socket.send(text),
      close: () => socket.close(),
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    connector,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    far,
    until: untilReal,
    dispose: () =>
      new Promise<void>((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => resolve())
      }),
  }
})

describeSockets('the fake', () => {
  const sockets = new FakeSockets()
  return Promise.resolve({
    connector: {
      connect: (url, listener) => {
        const socket = sockets.connect(url, listener)
        setImmediate(() => sockets.made.find((made) => made === socket)?.open())
        return socket
      },
    },
    url: 'ws://fake',
    get far() {
      return sockets.made.map((socket) => ({
        received: socket.sentTexts,
        get isClosed() {
          return socket.state === 'closed'
        },
        send: (text: string) => socket.receive(text),
        close: () => socket.drop(),
      }))
    },
    until: untilReal,
    dispose: () => Promise.resolve(),
  })
})

describe('webSocketConnector', () => {
  for (const url of ['', 'nonsense', 'ftp://x', 'ws://', 'ws://127.0.0.1:1/']) {
    it(`tells that the socket is closed for the address "${url}", after connect has returned`, async () => {
      const heard: string[] = []
      connector.connect(url, {
        opened: () => heard.push('opened'),
        received: () => heard.push('received'),
        closed: () => heard.push('closed'),
      })
      assert.deepEqual(heard, [])
      await untilReal(() => heard.length > 0)
      assert.deepEqual(heard, ['closed'])
    })
  }

  it('tells of bytes as of an empty text', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    server.on('connection', (socket) => socket.send(Uint8Array.of(1, 2)))
    await new Promise((resolve) => server.once('listening', resolve))
    const heard: string[] = []
    const socket = connector.connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      opened: () => {},
      received: (text) => heard.push(text),
      closed: () => {},
    })
    await untilReal(() => heard.length > 0)
    assert.deepEqual(heard, [''])
    socket.close()
    await new Promise((resolve) => server.close(resolve))
  })
})
