import assert from 'node:assert/strict'
import type { Socket, SocketConnector } from '../../client-sdk/src/transport/socket.js'

/** The other end of one socket. */
export interface FarSocket {
  readonly received: string[]
  readonly isClosed: boolean
  send(text: string): void
  sendBytes?(bytes: Uint8Array): void
  close(): void
}

export interface SocketRig {
  readonly connector: SocketConnector
  readonly url: string
  /** The far ends, in the order in which they connected. */
  readonly far: readonly FarSocket[]
  until(isSo: () => boolean): Promise<void>
  dispose(): Promise<void>
}

/** What every maker of sockets must do. */
export function describeSockets(name: string, open: () => Promise<SocketRig>): void {
  describe(`sockets by ${name}`, () => {
    let rig: SocketRig
    let socket: Socket
    let heard: string[]
    beforeEach(async () => {
      rig = await open()
      heard = []
    })
    afterEach(async () => {
      socket.close()
      await rig.dispose()
    })

    function connect(url: string): void {
      socket = rig.connector.connect(url, {
        opened: () => heard.push('opened'),
        received: (text) => heard.push(`received ${text}`),
        closed: () => heard.push('closed'),
      })
    }

    async function connected(): Promise<FarSocket> {
      connect(rig.url)
      assert.deepEqual(heard, [])
      await rig.until(() => heard.length > 0 && rig.far.length > 0)
      const far = rig.far[0]
      assert.ok(far)
      return far
    }

    it('opens, and carries texts both ways in order', async () => {
      const far = await connected()
      socket.send('one')
      socket.send('zwei ü')
      far.send('drei')
      far.send('four')
      await rig.until(() => far.received.length === 2 && heard.length === 3)
      assert.deepEqual(far.received, ['one', 'zwei ü'])
      assert.deepEqual(heard, ['opened', 'received drei', 'received four'])
    })

    it('tells when the other end closes, once, and sends nothing after', async () => {
      const far = await connected()
      far.close()
      await rig.until(() => heard.includes('closed'))
      socket.send('late')
      socket.close()
      assert.deepEqual(heard, ['opened', 'closed'])
      assert.deepEqual(far.received, [])
    })

    it('closes for the other end, and hears nothing more itself', async () => {
      const far = await connected()
      socket.close()
      socket.close()
      socket.send('late')
      await rig.until(() => far.isClosed)
      assert.deepEqual(heard, ['opened'])
      assert.deepEqual(far.received, [])
    })

    it('can be closed before it opened, and sends nothing then', async () => {
      connect(rig.url)
      socket.send('early')
      socket.close()
      connect(rig.url)
      await rig.until(() => heard.length > 0)
      assert.deepEqual(heard, ['opened'])
      assert.deepEqual(rig.far.at(-1)?.received ?? [], [])
    })
  })
}
