import { openSocket } from './open-socket.js'
import type { FuzzRandom } from './fuzz-random.js'
import type { Vandal } from './vandal.js'

const methods = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD', 'OPTIONS']
const bodies = [
  '',
  '{"p2p":"off"}',
  '{"p2p":"on"}',
  '{"p2p":"drain","uploadBytesPerSecondMax":5}',
  '{"p2p":"drain","uploadBytesPerSecondMax":-5}',
  '{"p2p":{"toString":1},"__proto__":{"p2p":"off"}}',
  '{"seconds":5}',
  '{"seconds":1e999}',
  '{"seconds":"5"}',
  '{"p2p":',
  '['.repeat(4000),
  'x'.repeat(50_000),
]

/** A member that nobody is: whoever has the token may ban the others. */
const nobody = 'e'.repeat(40)

/** Whoever guesses at what is the operator's, and an operator whose script has gone wrong. */
export const operators: Vandal = async (context) => {
  const { random, operatorToken } = context
  const socket = await openSocket(context)
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const body = random.chance(0.8) ? random.pick(bodies) : named(random, 200)
    const token = random.chance(0.7)
      ? operatorToken
      : random.pick(['', 'x', operatorToken.slice(1), `${operatorToken}x`, named(random, 40)])
    const length = Buffer.byteLength(body) + (random.chance(0.05) ? 1000 : 0)
    socket.write(
      `${random.pick(methods)} ${pathOf(random)} HTTP/1.1\r\nHost: tracker\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Length: ${length}\r\n\r\n${body}`,
    )
  }
  await context.pause()
  socket.destroy()
}

function pathOf(random: FuzzRandom): string {
  return random.pick([
    '/operator/overview',
    '/operator/bans',
    '/operator/',
    '/operator/policies/',
    '/operator/policies/%ff',
    '/operator/policies/elsewhere',
    `/operator/policies/${named(random, 300)}`,
    `/operator/bans/member/${nobody}`,
    `/operator/bans/token/${named(random, 600)}`,
    '/operator/bans/member/%',
    '/operator/bans/a/b/c',
    '/metrics',
    '/console',
    '/console/..%2f..%2fcli.js',
  ])
}

/** Half a surrogate pair cannot be written in a URL. */
function named(random: FuzzRandom, lengthMax: number): string {
  return encodeURIComponent(Buffer.from(random.text(lengthMax)).toString())
}
