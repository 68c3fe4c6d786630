import type { Duplex } from 'node:stream'

/** Answers an upgrade with a status and closes. `header` is a line with its end, or empty. */
export function refuseUpgrade(socket: Duplex, status: string, header = ''): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\n${header}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
