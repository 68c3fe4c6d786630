import type { Duplex } from 'node:stream'
import { closeTimeoutMs } from './web-socket-options.js'

/**
 * Answers an upgrade with a status and closes. `header` is a line with its end, or empty. The HTTP server no longer watches
 * over the socket: one that the other side leaves open would stay for ever.
 */
export function refuseUpgrade(socket: Duplex, status: string, header = ''): void {
  const timer = setTimeout(() => socket.destroy(), closeTimeoutMs)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearTimeout(timer))
  // What it still sends is let go, so that its end is noticed.
  socket.resume()
  socket.end(`HTTP/1.1 ${status}\r\n${header}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
