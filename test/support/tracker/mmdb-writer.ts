/** Writes small files in the MaxMind DB format 2.0 (https://maxmind.github.io/MaxMind-DB/): one IPv6 tree of 24-bit records. */

type Value = string | number | { readonly [name: string]: Value } | readonly Value[]

/** A network such as `192.0.2.0/24` and what the file says of its addresses. */
export type MmdbEntry = readonly [network: string, record: Value]

type Node = [left: Node | number | undefined, right: Node | number | undefined]

const separator = Buffer.alloc(16)
const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')

export function writeMmdb(entries: readonly MmdbEntry[]): Buffer {
  const root: Node = [undefined, undefined]
  const records: Buffer[] = []
  let dataLength = 0
  for (const [network, record] of entries) {
    insert(root, bitsOf(network), dataLength)
    const bytes = encode(record)
    records.push(bytes)
    dataLength += bytes.length
  }
  const nodes = numbered(root)
  const tree = Buffer.concat(
    [...nodes.keys()].map((node) => Buffer.concat(node.map((child) => recordBytes(child, nodes)))),
  )
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: 'Test',
    description: { en: 'test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.size,
    record_size: 24,
  })
  return Buffer.concat([tree, separator, ...records, marker, metadata])
}

/** The bits of a network: IPv4 lies in ::/96 of the tree. */
function bitsOf(network: string): number[] {
  const [address = '', length = ''] = network.split('/')
  const octets = address.split('.').map(Number)
  const bits = octets.flatMap((octet) => Array.from({ length: 8 }, (_, index) => (octet >> (7 - index)) & 1))
  return [...Array<number>(96).fill(0), ...bits.slice(0, Number(length))]
}

function insert(root: Node, bits: readonly number[], offset: number): void {
  let node = root
  for (const [index, bit] of bits.entries()) {
    if (index === bits.length - 1) {
      node[bit as 0 | 1] = offset
      return
    }
    const next = node[bit as 0 | 1]
    if (typeof next === 'number') throw new Error('networks of the test overlap')
    node = node[bit as 0 | 1] = next ?? [undefined, undefined]
  }
}

function numbered(root: Node): Map<Node, number> {
  const numbers = new Map<Node, number>([[root, 0]])
  for (const node of numbers.keys()) {
    for (const child of node) if (Array.isArray(child)) numbers.set(child, numbers.size)
  }
  return numbers
}

/** A node's number, the number of nodes for nothing, or beyond that the place in the data. */
function recordBytes(child: Node | number | undefined, nodes: ReadonlyMap<Node, number>): Buffer {
  const bytes = Buffer.alloc(3)
  const value = Array.isArray(child)
    ? (nodes.get(child) ?? 0)
    : nodes.size + (child === undefined ? 0 : 16 + child)
  bytes.writeUIntBE(value, 0, 3)
  return bytes
}

function encode(value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, 4), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  const pairs = Object.entries(value)
  return Buffer.concat([
    control(7, pairs.length),
    ...pairs.flatMap(([name, inner]) => [encode(name), encode(inner)]),
  ])
}

/** Type and size in front of a value; types above 7, and sizes above 28, are in a byte of their own. */
function control(type: number, size: number): Buffer {
  if (size > 28 + 255) throw new Error('the test writes short values only')
  const short = Math.min(size, 29)
  const first = type > 7 ? [short, type - 7] : [(type << 5) | short]
  return Buffer.from(size > 28 ? [...first, size - 29] : first)
}
