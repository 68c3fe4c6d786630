import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Writable, type Duplex } from 'node:stream'
import { setImmediate as immediate } from 'node:timers/promises'
import { pino } from 'pino'
import type { TrackerInput } from '../../../tracker/src/core/tracker-input.js'
import { openGrant } from '../../../tracker/src/core/grant.js'
import type { TrackerOutput } from '../../../tracker/src/core/tracker-output.js'
import { CoreDriver } from '../../../tracker/src/server/core-driver.js'
import { nowhere } from '../../../tracker/src/core/place.js'
import { MemberSocket } from '../../../tracker/src/server/member-socket.js'

describe('the driver of the tracker core', () => {
  it('reports a bug in the core once and ends the connection that met it, not the process', () => {
    const lines: string[] = []
    const core = {
      step(_now: number, input: TrackerInput) {
        if (input.kind === 'message-received') throw new Error('impossible')
        return []
      },
      wakeAt: () => undefined,
    }
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) })
    const driver = new CoreDriver(core, () => 0, 1000, log)
    const codes: (number | undefined)[] = []
    const socket = {
      connectionId: 0,
      attach(this: { connectionId: number }, id: number) {
        this.connectionId = id
      },
      close: (code?: number) => void codes.push(code),
    } as unknown as MemberSocket
    driver.opened(socket, 'somewhere', openGrant, nowhere)
    driver.messageReceived(socket, Buffer.from('{}'), false)
    assert.deepEqual(codes, [1011])
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /bug: the tracker core threw.*/)
    driver.closed(socket)
    assert.equal(driver.sockets.size, 0)
  })

  it('lets what is patient wait for the next write, or a fifth of a second, and never past a close', async () => {
    let now = 0
    const writes: string[] = []
    const note = (chunks: readonly Buffer[]) => {
      writes.push(chunks.map((chunk) => chunk.toString('latin1', 2)).join('+'))
      stream.emit('noted')
    }
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => (note([chunk]), done()),
      writev: (chunks, done) => (note(chunks.map(({ chunk }) => chunk as Buffer)), done()),
    })
    const outputs: TrackerOutput[] = []
    const core = { step: () => outputs.splice(0), wakeAt: () => undefined }
    const driver = new CoreDriver(core, () => now, 1000, pino({ enabled: false }))
    // As the server of `ws` makes it.
    const socket = Reflect.construct(MemberSocket, [null, undefined, { autoPong: true }]) as MemberSocket
    Object.assign(socket, { _readyState: MemberSocket.OPEN, close: () => writes.push('closed') })
    socket.speakThrough(stream as unknown as Duplex)
    driver.opened(socket, 'somewhere', openGrant, nowhere)
    const connection = socket.connectionId
    const say = async (...said: TrackerOutput[]) => {
      outputs.push(...said)
      driver.tell({ kind: 'time-passed' })
      await immediate()
    }
    const patient = { kind: 'send', connections: [connection], text: 'patient', patient: true } as const
    await say(patient)
    assert.deepEqual(writes, [])
    await say({ kind: 'send', connections: [connection], text: 'soon' })
    assert.deepEqual(writes.splice(0), ['patient+soon'])
    await say(patient)
    now += 200
    await once(stream, 'noted')
    assert.deepEqual(writes.splice(0), ['patient'])
    await say(patient, { kind: 'close', connection, code: 1000, reason: '' })
    assert.deepEqual(writes, ['patient', 'closed'])
    driver.closed(socket)
  })
})
