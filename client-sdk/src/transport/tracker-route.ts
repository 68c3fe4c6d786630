import { streamHash } from '../../../protocol/stream-hash.js'

/** Moves are followed so far apart at least: two processes that send members to each other must not keep them on the way. */
export const moveIntervalMs = 30_000

/** Times that a full tracker makes the balancer's hash another one. Then it starts again with the first. */
const detoursMax = 16

export type MoveAnswer = 'follow' | 'foreign-host' | 'too-soon'

/**
 * Which URL the next connection goes to: the tracker's own, or the process that it sent this member to, until that
 * connection ends. `s` in the query names the stream to a load balancer, which keeps a stream on few processes by it.
 */
export class TrackerRoute {
  private moved: string | undefined
  private movedAt = -Infinity
  private detours = 0

  constructor(
    private readonly base: string,
    private readonly stream: string,
    /** Hosts beside the tracker's own, and those within it, to which it may send this member. */
    private readonly hosts: readonly string[],
  ) {}

  get url(): string {
    const hash = streamHash(this.stream)
    return withParameter(this.moved ?? this.base, 's', this.detours === 0 ? hash : `${hash}-${this.detours}`)
  }

  move(now: number, url: string): MoveAnswer {
    if (!mayMove(this.base, url, this.hosts)) return 'foreign-host'
    if (now - this.movedAt < moveIntervalMs) return 'too-soon'
    this.moved = url
    this.movedAt = now
    return 'follow'
  }

  /** The connection ended: back to the tracker, whose balancer knows best who is there. */
  ended(): void {
    this.moved = undefined
  }

  /** The process that the balancer chose is full: another hash finds another one. */
  full(): void {
    this.detours = (this.detours + 1) % detoursMax
  }
}

/**
 * A tracker may send its members to its own host, to hosts within it (`t3.tracker.example.com` for
 * `tracker.example.com`) and to those that the page names: a neighbour's host under the same registrar is nobody's
 * we know. Never from TLS to none, never with a name and password.
 */
export function mayMove(base: string, url: string, hosts: readonly string[]): boolean {
  const [from, to] = [parse(base), parse(url)]
  if (!from || !to || !/^wss?:$/.test(to.protocol)) return false
  if (from.protocol === 'wss:' && to.protocol !== 'wss:') return false
  if (to.username !== '' || to.password !== '') return false
  return [from.hostname, ...hosts].some((host) => isWithin(to.hostname, host.toLowerCase()))
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(domain))
}

/** `1.127.0.0.1` is no host within `127.0.0.1`; URL would refuse it, but this must not depend on it. */
function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.startsWith('[')
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

/** A URL that is none stays as it is, and fails where it is used. */
function withParameter(url: string, name: string, value: string): string {
  const parsed = parse(url)
  if (!parsed) return url
  parsed.searchParams.set(name, value)
  return parsed.href
}
