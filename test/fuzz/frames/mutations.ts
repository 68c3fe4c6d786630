import fc from 'fast-check'

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly times: number }

const at = fc.nat({ max: 0xffff })
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.uint8Array({ maxLength: 40 }) }),
  // Ends of ranges, where what counts and what is counted disagree.
  fc.record({
    kind: fc.constant('number' as const),
    at,
    value: fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
  }),
  fc.record({ kind: fc.constant('repeat' as const), at, times: fc.integer({ min: 2, max: 50 }) }),
)

/** What is nearly right: some of it changed, cut, added or said again. */
export function nearly(right: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(right, fc.array(changes, { maxLength: 4 }))
    .map(([bytes, made]) => made.reduce((changed, change) => applied(changed, change), bytes))
}

function applied(bytes: Uint8Array, change: Change): Uint8Array {
  const place = bytes.length === 0 ? 0 : change.at % bytes.length
  const before = bytes.subarray(0, place)
  const after = bytes.subarray(place)
  switch (change.kind) {
    case 'flip': {
      const changed = bytes.slice()
      if (changed.length > 0) changed[place] = (changed[place] ?? 0) ^ (1 << change.bit)
      return changed
    }
    case 'cut':
      return before.slice()
    case 'insert':
      return joined([before, change.bytes, after])
    case 'number': {
      const value = new Uint8Array(4)
      new DataView(value.buffer).setUint32(0, change.value)
      return joined([before, value, after.subarray(4)])
    }
    case 'repeat': {
      const part = after.subarray(0, 64)
      return joined([before, ...Array.from({ length: change.times }, () => part), after])
    }
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
