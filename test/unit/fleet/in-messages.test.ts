import assert from 'node:assert/strict'
import {
  encodeFleetMessage,
  entriesPerMessageMax,
  entryValueLengthMax,
  fleetMessageLengthMax,
  type FleetEntry,
} from '../../../protocol/fleet-messages.js'
import { inMessages } from '../../../tracker/src/core/fleet/in-messages.js'
import { processId } from './fleet-harness.js'

describe('entries of a fleet', () => {
  const entryOf = (number: number, length: number): FleetEntry => ({
    key: `${number}`.padStart(512, 'k'),
    version: number,
    writer: processId(1),
    ttlMs: 1000,
    value: 'x'.repeat(length - 2),
  })

  it('go into as few messages as their limits allow, all and in order', () => {
    for (const length of [2, 100, 5000, entryValueLengthMax]) {
      const entries = Array.from({ length: 120 }, (_, number) => entryOf(number, length))
      const messages = inMessages(entries)
      assert.deepEqual(messages.flat(), entries)
      if (length <= 100)
        assert.deepEqual(
          messages.map((some) => some.length),
          [50, 50, 20],
        )
      for (const some of messages) {
        assert.ok(some.length <= entriesPerMessageMax)
        const text = encodeFleetMessage({
          kind: 'entries',
          from: processId(1),
          topic: 'digests',
          entries: some,
        })
        assert.ok(text.length <= fleetMessageLengthMax)
      }
    }
    assert.deepEqual(inMessages([]), [])
  })
})
