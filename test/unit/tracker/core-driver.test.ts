import assert from 'node:assert/strict'
import { pino } from 'pino'
import type { TrackerInput } from '../../../tracker/src/core/tracker-input.js'
import { openGrant } from '../../../tracker/src/core/grant.js'
import { CoreDriver } from '../../../tracker/src/server/core-driver.js'
import { nowhere } from '../../../tracker/src/core/place.js'
import type { MemberSocket } from '../../../tracker/src/server/member-socket.js'

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
})
