import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dialableHost } from '../origin/http/dialable-host.js'
import { configFor, type PageConfig } from './page-config.js'
import { findStaticFile, type StaticFolder } from './static-files.js'

export interface PageServerOptions {
  readonly host: string
  readonly port: number
  readonly config: PageConfig
  readonly folders: readonly StaticFolder[]
}

export interface PageServer {
  /** Ends with a slash. */
  readonly url: string
  close(): Promise<void>
}

/** Serves the player page, the SDK it loads, and `/config.json`. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    void answer(options, request, response)
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${dialableHost(options.host)}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  options: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [pathname = '/'] = (request.url ?? '/').split(/[?#]/)
  const file =
    pathname === '/config.json'
      ? {
          contentType: 'application/json; charset=utf-8',
          bytes: Buffer.from(JSON.stringify(configFor(options.config, request.headers.host, options.host))),
        }
      : await findStaticFile(options.folders, pathname)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const status = !isRead ? 405 : file ? 200 : 404
  const bytes =
    isRead && file ? file.bytes : Buffer.from(isRead ? 'there is nothing here\n' : 'only GET and HEAD\n')
  response.writeHead(status, {
    'Content-Type': isRead && file ? file.contentType : 'text/plain; charset=utf-8',
    'Content-Length': bytes.length,
    // A rebuilt page must show at the next reload.
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
