import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { Doorkeeper, type DoorkeeperParts } from '../../../tracker/src/server/doorkeeper.js'
import { OverloadGate } from '../../../tracker/src/server/overload-gate.js'

describe('the gate before a busy tracker', () => {
  const gates: OverloadGate[] = []
  afterEach(() => gates.splice(0).forEach((gate) => gate.stop()))

  /** A gate that lets nobody in who is not the luckiest. */
  function busyGate(clock: () => number, drawn: () => number): OverloadGate {
    const gate = new OverloadGate(100, clock, drawn)
    gates.push(gate)
    for (let count = 0; count < 50; count += 1)
      gate.measured({ delayMs: 1000, utilization: 1, turns: undefined })
    return gate
  }

  it('tells a bounded number when to come back, and refuses the others', () => {
    let now = 0
    const gate = busyGate(
      () => now,
      () => 0.5,
    )
    const answers = Array.from({ length: 200 }, () => gate.ask())
    assert.equal(answers.filter((answer) => answer === 'told').length, 50)
    assert.equal(answers.filter((answer) => answer === 'refused').length, 150)
    now += 100
    assert.deepEqual(
      Array.from({ length: 11 }, () => gate.ask()),
      [...Array<string>(10).fill('told'), 'refused'],
    )
  })

  it('takes it for a queue when nearly every turn of the event loop brings somebody', () => {
    const shareAfter = (asks: number, turns: number | undefined) => {
      const gate = new OverloadGate(
        100,
        () => 0,
        () => 0,
      )
      gates.push(gate)
      for (let window = 0; window < 30; window += 1) {
        for (let count = 0; count < asks; count += 1) gate.ask()
        gate.measured({ delayMs: 1, utilization: 0, turns })
      }
      return gate.share
    }
    assert.ok(shareAfter(50, 55) < 1)
    assert.equal(shareAfter(50, 100), 1)
    assert.equal(shareAfter(10, 10), 1)
    assert.equal(shareAfter(50, undefined), 1)
  })

  it('still lets some in, and spreads the others over time', () => {
    const draws = [0, 0, 0.999]
    const gate = busyGate(
      () => 0,
      () => draws.shift() ?? 0.5,
    )
    assert.equal(gate.ask(), 'in')
    assert.deepEqual([gate.retryAfterMs(), gate.retryAfterMs()], [5000, 14_990])
  })

  it('has those it refuses told in a header when to come back', async () => {
    const socket = new PassThrough()
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    const ended = once(socket, 'end')
    const overload = { ask: () => 'refused', retryAfterMs: () => 7001 }
    const clients = { nameOf: () => 'somewhere' }
    const codes: string[] = []
    const parts = {
      overload,
      clients,
      isDraining: () => false,
      otherProtocol: () => undefined,
      mayAttempt: () => true,
      refused: (code: string) => codes.push(code),
    }
    new Doorkeeper(parts as unknown as DoorkeeperParts).upgrade(
      { url: '/', headers: {} } as IncomingMessage,
      socket,
      Buffer.alloc(0),
    )
    await ended
    assert.match(answer, /^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 8\r\n/)
    assert.deepEqual(codes, ['overloaded'])
  })
})
