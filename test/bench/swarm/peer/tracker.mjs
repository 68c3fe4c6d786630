// The WebTorrent tracker that p2p-media-loader's clients meet at.
import { once } from 'node:events'
import Server from 'bittorrent-tracker/server'

export async function startTracker(host) {
  const server = new Server({ udp: false, http: false, ws: true, stats: false })
  server.on('error', (error) => console.error(`tracker: ${error.message}`))
  // What clients send wrong.
  server.on('warning', () => {})
  server.listen(0, host)
  await once(server, 'listening')
  return {
    url: `ws://${host}:${server.ws.address().port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
