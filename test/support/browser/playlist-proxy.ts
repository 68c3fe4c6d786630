import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Who asks: a tracker's witness, or a viewer. */
export type PlaylistReader = 'witness' | 'viewer'

/** A CDN in front of an origin that gives each reader the playlists that a test wants it to see. */
export class PlaylistProxy {
  /** What becomes of a playlist's text on its way to a reader. */
  change: (text: string, reader: PlaylistReader) => string = (text) => text
  /** Media playlists that viewers asked for. */
  polls = 0
  /** What it stands in front of, as a URL without a path. */
  origin = ''

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.pass(request, response).catch(() => response.destroy())
    })
  }

  static async start(): Promise<PlaylistProxy> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new PlaylistProxy(server)
  }

  /** Without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private async pass({ url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const range = headers.range === undefined ? {} : { range: headers.range }
    const answer = await fetch(this.origin + url, { headers: range })
    const body = Buffer.from(await answer.arrayBuffer())
    const isPlaylist = new URL(url, this.origin).pathname.endsWith('.m3u8')
    const reader = headers['user-agent'] === 'prismesh-witness' ? 'witness' : 'viewer'
    const isMedia = isPlaylist && body.includes('#EXTINF')
    if (isMedia && reader === 'viewer') this.polls += 1
    const sent = isMedia ? Buffer.from(this.change(body.toString('utf8'), reader)) : body
    const type = answer.headers.get('content-type')
    response.writeHead(answer.status, {
      'access-control-allow-origin': '*',
      ...(type === null ? {} : { 'content-type': type }),
      'content-length': sent.length,
    })
    response.end(sent)
  }
}
