import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small HTTP server with the resources of the CDN contract, and a few more for its HTTP side. */
export interface CdnServer {
  url(path: string): string
  readonly requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[]
  close(): Promise<void>
}

export async function startCdnServer(bytes: Uint8Array, cutAfter: number): Promise<CdnServer> {
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers })
    answer(request, response, bytes, cutAfter)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => (path === '/no-server' ? 'http://127.0.0.1:1/' : `http://127.0.0.1:${port}${path}`),
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  cutAfter: number,
): void {
  switch (request.url) {
    case '/whole':
      answerRange(request, response, bytes)
      return
    case '/ignores-range':
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
      return
    case '/chunked':
      response.writeHead(200).end(bytes)
      return
    case '/sends-more':
      response.writeHead(206, { 'content-length': bytes.length }).end(bytes)
      return
    case '/other-range':
      response.writeHead(206, { 'content-range': `bytes 10-19/${bytes.length}` }).end(bytes.subarray(10, 20))
      return
    case '/empty':
      response.writeHead(204).end()
      return
    case '/cut':
    case '/hangs':
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, cutAfter), () => {
        if (request.url === '/cut') setTimeout(() => response.destroy(), 20)
      })
      return
    default:
      response.writeHead(404).end('no such thing')
  }
}

function answerRange(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  if (!range) {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    return
  }
  const start = Number(range[1])
  const end = range[2] === '' ? bytes.length : Math.min(bytes.length, Number(range[2]) + 1)
  if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    return
  }
  const headers = {
    'content-length': end - start,
    'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
  }
  response.writeHead(206, headers).end(bytes.subarray(start, end))
}
