import assert from 'node:assert/strict'
import fc from 'fast-check'
import { contentRange, parseRange } from '../../../demo/origin/http/byte-range.js'

const part = (start: number, end: number) => ({ kind: 'part', range: { start, end } }) as const

describe('the Range header', () => {
  const cases: [header: string | undefined, answer: ReturnType<typeof parseRange>][] = [
    [undefined, { kind: 'whole' }],
    ['bytes=0-9', part(0, 10)],
    ['bytes=10-10', part(10, 11)],
    ['bytes=90-', part(90, 100)],
    ['bytes=90-5000', part(90, 100)],
    ['bytes=-10', part(90, 100)],
    ['bytes=-5000', part(0, 100)],
    [' Bytes=5-6 ', part(5, 7)],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=100-200', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=9-5', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['bytes=a-b', { kind: 'whole' }],
    ['seconds=0-1', { kind: 'whole' }],
  ]
  for (const [header, answer] of cases) {
    it(`reads ${header ?? 'no header'} as ${JSON.stringify(answer)}`, () => {
      assert.deepEqual(parseRange(header, 100), answer)
    })
  }

  it('has no part of an empty body', () => {
    assert.deepEqual(parseRange('bytes=0-', 0), { kind: 'unsatisfiable' })
    assert.deepEqual(parseRange('bytes=-5', 0), { kind: 'unsatisfiable' })
  })

  it('never reaches beyond the body, whatever the header', () => {
    const headers = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/))
    fc.assert(
      fc.property(headers, fc.nat(1_000_000), (header, size) => {
        const answer = parseRange(header, size)
        if (answer.kind !== 'part') return
        const { start, end } = answer.range
        assert.ok(start >= 0 && start < end && end <= size)
      }),
      { numRuns: 1000 },
    )
  })

  it('writes the last byte, not the one after it, in Content-Range', () => {
    assert.equal(contentRange({ start: 10, end: 20 }, 100), 'bytes 10-19/100')
  })
})
