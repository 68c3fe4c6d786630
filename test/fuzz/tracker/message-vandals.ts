import type { RawClient } from '../../support/tracker/raw-client.js'
import { clientFrame } from '../../support/tracker/frames.js'
import type { FuzzRandom } from './fuzz-random.js'
import { leave, openWebSocket } from './open-socket.js'
import type { FuzzContext, Vandal } from './vandal.js'

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e21,
  2 ** 53,
  '',
  'x'.repeat(300),
  '\u0000',
  '\ud800',
  [],
  [null],
  [[[[]]]],
  {},
  { length: 1e9 },
  { toString: null },
  { __proto__: null, constructor: { prototype: {} } },
]

/** A member that says what the protocol has, with this and that made something else. */
export const members: Vandal = async (context) => {
  const { random } = context
  const client = await openWebSocket(context)
  if (random.chance(0.8)) say(client, context, joinOf(context))
  for (let count = random.below(30); count > 0 && client.isOpen; count -= 1) {
    say(client, context, random.pick(nativeMessages)(context))
    if (random.chance(0.1)) await context.pause()
  }
  await context.pause()
  leave(client, random)
}

/** A peer of WebTorrent's protocol that does the same. */
export const peers: Vandal = async (context) => {
  const { random } = context
  const client = await openWebSocket(context, random.pick(context.webSocketPaths))
  for (let count = random.below(20); count > 0 && client.isOpen; count -= 1) {
    say(client, context, announceOf(context))
    if (random.chance(0.1)) await context.pause()
  }
  await context.pause()
  leave(client, random)
}

/** Texts of JSON that is deep, long or none. */
export const texts: Vandal = async (context) => {
  const { random } = context
  const client = await openWebSocket(context, random.pick(context.webSocketPaths))
  const depth = random.below(30_000)
  const choices = [
    '['.repeat(depth),
    '['.repeat(depth) + ']'.repeat(depth),
    `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`,
    `{"kind":"signal","to":"${random.pick(context.members)}","signals":[${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}]}`,
    'x'.repeat(random.pick([65_536, 65_537, 131_072, 200_000])),
    random.text(2000),
    '{"kind":"join","kind":"leave"}',
    '1e999',
    'null',
    '"join"',
  ]
  for (let count = 1 + random.below(4); count > 0 && client.isOpen; count -= 1) {
    client.write(clientFrame(random.pick(choices)))
    context.count()
  }
  await context.pause()
  client.destroy()
}

/** One that joins and reads nothing of what it asks for. */
export const deafMember: Vandal = async (context) => {
  const client = await openWebSocket(context)
  client.socket.pause()
  say(client, context, joinOf(context))
  for (let count = 0; count < 100 && client.isOpen; count += 1) {
    say(client, context, { kind: 'seek', count: 8, except: [] })
  }
  await context.pause()
  leave(client, context.random)
}

function say(client: RawClient, { random, count }: FuzzContext, message: Record<string, unknown>): void {
  if (!client.isOpen) return
  client.write(clientFrame(JSON.stringify(random.chance(0.4) ? spoiled(message, random) : message)))
  count()
}

/** The same message with one field made something else, gone, or new. */
function spoiled(message: Record<string, unknown>, random: FuzzRandom): Record<string, unknown> {
  const field = random.chance(0.9) ? random.pick(Object.keys(message)) : random.text(10)
  return { ...message, [field]: random.chance(0.1) ? undefined : random.pick(oddValues) }
}

function joinOf({ random, members: known, streams }: FuzzContext): Record<string, unknown> {
  return {
    kind: 'join',
    version: 1,
    stream: random.chance(0.7) ? random.pick(streams) : random.text(100),
    member: random.chance(0.2) ? random.pick(known) : random.bytes(20).toString('hex'),
    role: random.pick(['viewer', 'fog']),
    uploads: random.chance(0.5),
    ...(random.chance(0.5) ? { rendition: random.pick(['720p', 'x'.repeat(64)]) } : {}),
    ...(random.chance(0.2) ? { resume: random.text(100) } : {}),
  }
}

const nativeMessages: readonly ((context: FuzzContext) => Record<string, unknown>)[] = [
  joinOf,
  ({ random }) => ({ kind: 'update', uploads: random.chance(0.5), rendition: random.pick(['a', 'b', 'c']) }),
  ({ random, members: known }) => ({
    kind: 'signal',
    to: random.pick(known),
    signals: [{ type: 'offer', sdp: random.text(1000) }, random.pick(oddValues)],
  }),
  ({ random, members: known }) => ({
    kind: 'seek',
    count: 1 + random.below(20),
    except: [random.pick(known)],
  }),
  ({ random }) => ({
    kind: 'report',
    cdnBytes: random.pick([0, 1e6, Number.MAX_SAFE_INTEGER, -5]),
    peerBytes: random.below(1e9),
    uploadedBytes: random.below(1e9),
    wastedBytes: 0,
    rescues: random.below(100),
    links: random.below(20),
  }),
  () => ({ kind: 'leave' }),
]

function announceOf({ random, streams }: FuzzContext): Record<string, unknown> {
  const id = () => (random.chance(0.8) ? random.bytes(20).toString('latin1') : random.text(30))
  const hash = random.chance(0.8) ? random.pick(streams).padEnd(20, '-').slice(0, 20) : id()
  const base = { action: random.chance(0.9) ? 'announce' : 'scrape', info_hash: hash, peer_id: id() }
  if (random.chance(0.3)) {
    return {
      ...base,
      to_peer_id: id(),
      offer_id: id(),
      answer: random.pick([{ type: 'answer', sdp: 'v=0' }, ...oddValues]),
    }
  }
  const offer = { offer: { type: 'offer', sdp: random.text(1000) }, offer_id: id() }
  return {
    ...base,
    event: random.pick(['started', 'stopped', 'completed', 'update', 'paused', '', undefined]),
    left: random.pick([0, 1, null, 'x', -1]),
    numwant: random.pick([0, 5, 1e9, null]),
    offers: random.pick([
      [],
      [offer],
      [null],
      [offer, null, offer],
      {},
      [{}],
      [{ offer: null }],
      Array.from({ length: 500 }, () => offer),
    ]),
  }
}
