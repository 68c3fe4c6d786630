import type { Vandal } from './vandal.js'
import { openSocket } from './open-socket.js'

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PATCH',
  'PRI',
  'get',
  'G ET',
  '',
]
const paths = [
  '/',
  '/health',
  '/stats',
  '/metrics',
  '/announce',
  '/console',
  '/api/streams',
  '/../../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%00',
  '//',
  '/stats/../health',
  '*',
  'http://127.0.0.1/stats',
  'http://[',
  '/?' + 'q'.repeat(5000),
  '/\u00ff',
]
const versions = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'ICY', '']
const headers = [
  'Host: tracker',
  'Host:',
  'Content-Length: 10',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, identity',
  'Expect: 100-continue',
  'Expect: a miracle',
  'Connection: close',
  'Connection: upgrade, keep-alive',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'X-Forwarded-For: 1.2.3.4, , [::1]:99999, unknown',
  'Forwarded: for="[::1";for=;by=x',
  'Authorization: Bearer ' + 'x'.repeat(3000),
  'Cookie: ' + 'c'.repeat(20_000),
  'Origin: null',
  'Origin: https://evil.example',
  'Accept-Encoding: gzip;q=-1',
  'Range: bytes=0-',
  'no colon',
  ': no name',
  'Folded: a\r\n b',
]

/** Requests that are nearly right, several on a connection. */
export const requests: Vandal = async (context) => {
  const { random } = context
  const socket = await openSocket(context)
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const target = random.chance(0.2) ? random.text(200) : random.pick(paths)
    const lines = [`${random.pick(methods)} ${target} ${random.pick(versions)}`]
    for (let more = random.below(6); more > 0; more -= 1) lines.push(random.pick(headers))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${random.chance(0.3) ? random.text(300) : ''}`)
  }
  await context.pause()
  socket.destroy()
}

/** No HTTP at all. */
export const noise: Vandal = async (context) => {
  const { random } = context
  const socket = await openSocket(context)
  const tlsHello = Buffer.from('1603010200010001fc0303', 'hex')
  socket.write(
    random.pick([random.bytes(2000), tlsHello, Buffer.alloc(3000), Buffer.from('\r\n'.repeat(2000))]),
  )
  await context.pause()
  socket.destroy()
}

/** Headers that never end, a byte at a time or very many at once. */
export const slowRequest: Vandal = async (context) => {
  const { random } = context
  const socket = await openSocket(context)
  socket.write('GET / HTTP/1.1\r\nHost: tracker\r\n')
  if (random.chance(0.5)) socket.write('A: b\r\n'.repeat(20_000))
  for (let count = random.below(20); count > 0 && !socket.destroyed; count -= 1) {
    socket.write(`X-${count}: ${random.below(10)}\r\n`)
    await context.pause()
  }
  // Half of them are just left there: the tracker must be the one to end it.
  if (random.chance(0.5)) socket.destroy()
}
