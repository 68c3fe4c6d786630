import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'

/** Beside this module's file, or its bundle: the build puts the page there. */
const folder = new URL('./console/', import.meta.url)

const files = {
  '/console/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/console/console.css': { name: 'console.css', type: 'text/css; charset=utf-8' },
  '/console/console.mjs': { name: 'console.mjs', type: 'text/javascript; charset=utf-8' },
} as const

/** Nothing but the page's own script and style sheet, nothing sent to anybody else, in nobody's frame. */
const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
} as const

/** Hands out the console's three files, and nothing else: what is not named here is not looked for on the disk. */
export class ConsoleFiles {
  private readonly bodies = new Map<string, Buffer>()

  /** False when the path is none of the console's. */
  answer(path: string, isHead: boolean, response: ServerResponse): boolean {
    if (path === '/console') {
      // Relative, because a proxy may have put the tracker below a path of its own.
      response.writeHead(308, { Location: 'console/', 'Content-Length': '0' }).end()
      return true
    }
    if (!Object.hasOwn(files, path)) return false
    const { name, type } = files[path as keyof typeof files]
    const body = this.bodies.get(name) ?? readFileSync(new URL(name, folder))
    this.bodies.set(name, body)
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': String(body.length) })
    response.end(isHead ? undefined : body)
    return true
  }
}
