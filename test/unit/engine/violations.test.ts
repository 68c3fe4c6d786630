import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LinkViolation } from '../../../client-sdk/src/engine/outputs.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { announcedSegmentsPerLinkMax, requestsPerLinkMax } from '../../../protocol/limits.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, fetchOrder, memberId, segment, video } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

const wanted = segment(10)
const body = bodyOf(wanted, 20 * blockBytes + 50)
const held = segment(9)
const heldBody = bodyOf(held, 3 * blockBytes + 10)
const [first = memberId(1), second = memberId(2), self = memberId(3)] = fetchOrder(wanted, 3)

interface Scene {
  readonly harness: EngineHarness
  readonly offender: ScriptedNeighbour
  /** Our handle of a segment that we hold whole. */
  readonly ours: number
  /** The offender's handle of the segment that the player waits for. */
  readonly theirs: number
}

/** A viewer that holds one segment, waits for the next, and asked two neighbours for its blocks. */
function scene(uploadBytesPerSecondMax = Number.POSITIVE_INFINITY): Scene & {
  honest: ScriptedNeighbour
  finish: () => void
} {
  const harness = new EngineHarness({ self, uploadBytesPerSecondMax })
  harness.follow()
  harness.want(held)
  harness.serveAll(heldBody)
  const offender = harness.link(first)
  const honest = harness.link(second)
  const ours = offender.heard('doing')[0]?.handle ?? 0
  assert.ok(ours > 0)
  const theirs = offender.offers(wanted, 20)
  const want = harness.want(wanted, { deadline: harness.now + 20_000 })
  honest.has(wanted, body.length)
  return {
    harness,
    offender,
    honest,
    ours,
    theirs,
    finish: () => {
      offender.leaves()
      honest.givesUntilDone(body)
      harness.pass(tuning.requestTimeoutMs + 2 * tuning.requestRefusalMs)
      honest.givesUntilDone(body)
      assert.deepEqual(harness.delivered(want), Buffer.from(body))
    },
  }
}

interface Offence {
  readonly violation: LinkViolation
  readonly name: string
  readonly commit: (scene: Scene) => void
}

const offences: readonly Offence[] = [
  {
    violation: 'handle-reused',
    name: 'names another segment by a handle in use',
    commit: ({ offender, theirs }) => offender.says({ kind: 'doing', handle: theirs, segment: segment(11) }),
  },
  {
    violation: 'handle-reused',
    name: 'names a segment twice',
    commit: ({ offender }) => offender.says({ kind: 'doing', handle: 999, segment: wanted }),
  },
  {
    violation: 'handle-unknown',
    name: 'holds blocks of what it never named',
    commit: ({ offender }) => offender.says({ kind: 'holds', handle: 999, runs: [{ first: 0, count: 1 }] }),
  },
  {
    violation: 'handle-unknown',
    name: 'has what it never named',
    commit: ({ offender }) => offender.says({ kind: 'have', handle: 999, bytes: 5 }),
  },
  {
    violation: 'handle-unknown',
    name: 'loses what it never named',
    commit: ({ offender }) => offender.says({ kind: 'lost', handle: 999 }),
  },
  {
    violation: 'handle-unknown',
    name: 'asks for a block of what we never named',
    commit: ({ offender, ours }) => offender.asks(ours + 1000, 0),
  },
  {
    violation: 'handle-unknown',
    name: 'asks for a block of handle 0',
    commit: ({ offender }) => offender.asks(0, 0),
  },
  {
    violation: 'too-many-segments',
    name: 'names more segments than anyone holds',
    commit: ({ offender }) => {
      for (let sequence = 0; sequence < announcedSegmentsPerLinkMax; sequence += 1) {
        offender.offers(segment(100_000 + sequence))
      }
    },
  },
  {
    violation: 'block-not-asked',
    name: 'sends a block unasked',
    commit: ({ offender, theirs }) => offender.gives(theirs, 15 * blockBytes, new Uint8Array(blockBytes)),
  },
  {
    violation: 'block-not-asked',
    name: 'sends a block twice',
    commit: ({ offender, theirs }) => {
      const offset = offender.requests[0]?.offset ?? -1
      const block = body.slice(offset, offset + blockBytes)
      offender.gives(theirs, offset, block)
      offender.gives(theirs, offset, block)
    },
  },
  {
    violation: 'block-misshapen',
    name: 'sends a block that is too short',
    commit: ({ offender, theirs }) =>
      offender.gives(theirs, offender.requests[0]?.offset ?? -1, new Uint8Array(blockBytes - 1)),
  },
  {
    violation: 'block-misshapen',
    name: 'sends a block of no byte',
    commit: ({ offender, theirs }) =>
      offender.gives(theirs, offender.requests[0]?.offset ?? -1, new Uint8Array(0)),
  },
  {
    violation: 'block-outside',
    name: 'has a segment that is shorter than the blocks it holds',
    commit: ({ offender, theirs }) => offender.says({ kind: 'have', handle: theirs, bytes: 19 * blockBytes }),
  },
  {
    violation: 'block-outside',
    name: 'holds blocks beyond the end that it told',
    commit: ({ offender, theirs }) => {
      offender.says({ kind: 'have', handle: theirs, bytes: body.length })
      offender.says({ kind: 'holds', handle: theirs, runs: [{ first: 20, count: 2 }] })
    },
  },
  {
    violation: 'length-conflict',
    name: 'tells two lengths of one segment',
    commit: ({ offender, theirs }) => {
      offender.says({ kind: 'have', handle: theirs, bytes: body.length })
      offender.says({ kind: 'have', handle: theirs, bytes: body.length + 1 })
    },
  },
  {
    violation: 'length-conflict',
    name: 'tells an end, and then another length',
    commit: ({ offender, theirs }) => {
      offender.says({ kind: 'ends', handle: theirs, bytes: body.length })
      offender.says({ kind: 'have', handle: theirs, bytes: body.length + 1 })
    },
  },
  {
    violation: 'block-outside',
    name: 'tells an end before the blocks it holds',
    commit: ({ offender, theirs }) => offender.says({ kind: 'ends', handle: theirs, bytes: 19 * blockBytes }),
  },
  {
    violation: 'length-conflict',
    name: 'tells a length that the CDN has shown to be false',
    commit: ({ offender }) => offender.has(held, heldBody.length + 1),
  },
  {
    violation: 'request-outside',
    name: 'asks for bytes that begin within a block',
    commit: ({ harness, offender, ours }) =>
      harness.tell({ kind: 'block-requested', link: offender.link, handle: ours, offset: 5, length: 5 }),
  },
  {
    violation: 'request-outside',
    name: 'asks for no byte',
    commit: ({ harness, offender, ours }) =>
      harness.tell({ kind: 'block-requested', link: offender.link, handle: ours, offset: 0, length: 0 }),
  },
  {
    violation: 'request-outside',
    name: 'asks for more than a block',
    commit: ({ harness, offender, ours }) =>
      harness.tell({
        kind: 'block-requested',
        link: offender.link,
        handle: ours,
        offset: 0,
        length: blockBytes + 1,
      }),
  },
  {
    violation: 'request-outside',
    name: 'asks for a block beyond the end',
    commit: ({ offender, ours }) => offender.asks(ours, 4),
  },
  {
    violation: 'request-outside',
    name: 'asks for more than the last block holds',
    commit: ({ offender, ours }) => offender.asks(ours, 3),
  },
  {
    violation: 'version-unsupported',
    name: 'greets in another version',
    commit: ({ harness }) => {
      const stranger = harness.link(memberId(77), 'silent')
      stranger.says({ kind: 'hello', version: 2, uploads: true })
    },
  },
  {
    violation: 'hello-repeated',
    name: 'greets twice',
    commit: ({ offender }) => offender.says({ kind: 'hello', version: 1, uploads: true, rendition: video }),
  },
]

describe('a neighbour that breaks a rule is told off by its code, and the segment comes from elsewhere:', () => {
  for (const { violation, name, commit } of offences) {
    it(`${violation}: it ${name}`, () => {
      const { finish, ...rest } = scene()
      commit(rest)
      assert.deepEqual(rest.harness.violations(), [violation])
      finish()
    })
  }

  it('too-many-requests: it has more requests waiting than allowed', () => {
    const { harness, offender, ours, finish } = scene(1)
    for (let request = 0; request <= requestsPerLinkMax + 1; request += 1) offender.asks(ours, request % 3)
    assert.ok(harness.violations().length > 0)
    assert.deepEqual([...new Set(harness.violations())], ['too-many-requests'])
    finish()
  })
})

describe('a neighbour that keeps the rules', () => {
  it('may ask for what was there a moment ago, and take back what it never asked', () => {
    const { harness, offender, ours } = scene()
    harness.tell({ kind: 'request-cancelled', link: offender.link, handle: 999, offset: 3, length: 9 })
    offender.asks(ours, 3, heldBody.length)
    assert.deepEqual(harness.violations(), [])
    assert.equal(offender.ordersOf('send-block').at(-1)?.bytes.length, 10)
  })

  it('may go on talking on a link that is closing, and is not heard once it is closed', () => {
    const { harness, offender, theirs } = scene()
    offender.leaves()
    for (const answer of [
      offender.says({ kind: 'lost', handle: theirs }),
      offender.gives(theirs, 0, new Uint8Array(blockBytes)),
      offender.asks(1, 0),
      harness.tell({ kind: 'backlogs-seen', backlogs: new Map([[offender.link, 5]]) }),
    ]) {
      assert.deepEqual(answer, [])
    }
  })
})
