import type { ConsentOption } from './consent.js'
import { PrismeshError } from './errors.js'
import type { Logger } from './logger.js'

/** A STUN or TURN server, as `RTCConfiguration.iceServers` takes it. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}

/** What a join token is asked for: the stream's id, and this member's, which is another one for each session. */
export interface TokenPurpose {
  readonly stream: string
  readonly member: string
}

/** What `new Prismesh(options)` takes. Only `tracker` is required; without `consent` nothing is shared. */
export interface PrismeshOptions {
  /** The tracker's URL: `wss://`, or `ws://` on a page that is not served over https. */
  readonly tracker: string
  /**
   * Hosts beside the tracker's own, and those within it, to which the tracker may send viewers when it is a fleet of
   * processes. Default: none.
   */
  readonly trackerHosts?: readonly string[]
  /**
   * Whether the viewer agreed that others see its network address: `true`, `false`, or a function that gives or
   * promises one of them, called once when the first player is attached. Default: `false`.
   */
  readonly consent?: ConsentOption
  /** `false` switches sharing off for this page: a kill switch that needs no other change. Default: `true`. */
  readonly enabled?: boolean
  /** A join token for trackers that ask for one, or a function that gives or promises a fresh one. */
  readonly token?: string | ((purpose: TokenPurpose) => string | Promise<string>)
  /**
   * Names the stream: viewers with the same id share. A text of 1 to 256 characters, or a function of the playlist's
   * URL. Default: the playlist's host and path, without query and fragment.
   */
  readonly streamId?: string | ((playlistUrl: string) => string)
  /** STUN and TURN servers. Default: two public STUN servers; `[]` means none. */
  readonly iceServers?: readonly IceServer[]
  /** `true` links through TURN only, so that neighbours never see this viewer's address. Default: `false`. */
  readonly relayOnly?: boolean
  /** Bytes per second given to others at most; 0 gives nothing, `Infinity` lifts the cap. Default: 1,000,000. */
  readonly uploadBytesPerSecondMax?: number
  /** Bytes given to others in all, for each attached player; `Infinity` lifts the cap. Default: 4,000,000,000. */
  readonly uploadBytesMax?: number
  /** Bytes given to others for each byte watched, at most; `Infinity` lifts the cap. Default: 1.5. */
  readonly uploadRatioMax?: number
  /** Battery level, 0 to 1, below which a device that is not charging gives nothing. Default: 0.2. */
  readonly uploadBatteryMin?: number
  /** Whether a page that nobody sees gives. Default: `true`. */
  readonly uploadWhenHidden?: boolean
  /** Bytes of segments kept in memory for others: 1 MiB to 4 GiB. Default: 64 MiB. */
  readonly cacheBytesMax?: number
  /**
   * `'required'`: every block from a neighbour is checked against the segment's digest, which the tracker must give,
   * before it is played or given on; what cannot be checked comes from the CDN. `'off'`: neighbours are believed, for
   * closed networks. Default: `'required'`.
   */
  readonly integrity?: 'required' | 'off'
  /**
   * Whether a poll of a live playlist may be answered by what the tracker's witness has seen of it, told from member to
   * member, where that is newer than what the player has; with `integrity: 'required'` only. `false`: every poll goes to the
   * CDN. Default: `true`.
   */
  readonly sharePlaylists?: boolean
  /** Receives the whole log. Default: warnings and errors go to the console. */
  readonly logger?: Logger
}

/** The options with every default filled in; frozen. */
export interface PrismeshConfig {
  readonly tracker: string
  readonly trackerHosts: readonly string[]
  readonly consent: ConsentOption
  readonly enabled: boolean
  readonly token: string | ((purpose: TokenPurpose) => string | Promise<string>) | undefined
  readonly streamId: string | ((playlistUrl: string) => string) | undefined
  readonly iceServers: readonly IceServer[]
  readonly relayOnly: boolean
  readonly uploadBytesPerSecondMax: number
  readonly uploadBytesMax: number
  readonly uploadRatioMax: number
  readonly uploadBatteryMin: number
  readonly uploadWhenHidden: boolean
  readonly cacheBytesMax: number
  readonly integrity: 'required' | 'off'
  readonly sharePlaylists: boolean
  readonly logger: Logger | undefined
}

/** Without one, hardly any two homes can be linked. Asked only after consent. */
const defaultIceServers: readonly IceServer[] = [
  { urls: 'stun:stun.cloudflare.com:3478' },
  { urls: 'stun:stun.l.google.com:19302' },
]

/** 8 Mbit/s: half of a common home uplink, so that a call in the next room does not suffer (DESIGN, section 12). */
const defaultUploadBytesPerSecondMax = 1_000_000
/** Two hours at 3 Mbit/s and the ratio below: a match, and not a tab that was forgotten for a night. */
const defaultUploadBytesMax = 4_000_000_000
/** What others measured as 2 and found abusive (Stealthy Peers, DSN 2024) must not be reached; 1 leaves nothing for those who cannot give. */
const defaultUploadRatioMax = 1.5
/** Where phones and laptops begin to save power themselves. */
const defaultUploadBatteryMin = 0.2
const cacheBytesLeast = 1024 ** 2
const cacheBytesMost = 4 * 1024 ** 3
const defaultCacheBytesMax = 64 * 1024 ** 2

/**
 * Checks every option and fills in the defaults.
 *
 * @throws PrismeshError with code `option-invalid`, and a message that names the option and what it must be
 */
export function resolveOptions(options: unknown): PrismeshConfig {
  if (typeof options !== 'object' || options === null) {
    fail(`Prismesh needs an object of options with at least "tracker", not ${show(options)}`)
  }
  for (const [name, value] of Object.entries(options)) {
    const check = checks[name as keyof PrismeshOptions] as
      ((value: unknown) => string | undefined) | undefined
    if (!Object.hasOwn(checks, name) || !check) {
      fail(`there is no option "${name}"; there are ${Object.keys(checks).join(', ')}`)
    }
    const complaint = value === undefined ? undefined : check(value)
    if (complaint !== undefined) fail(`option "${name}" must be ${complaint}, not ${show(value)}`)
  }
  const given = options as Partial<PrismeshOptions>
  if (given.tracker === undefined) fail('option "tracker" is missing: the URL of a Prismesh tracker')
  if (given.relayOnly === true && !(given.iceServers ?? []).some(isTurn)) {
    fail('option "relayOnly" needs a turn: or turns: server in "iceServers"')
  }
  return Object.freeze({
    tracker: given.tracker,
    trackerHosts: given.trackerHosts ?? [],
    consent: given.consent ?? false,
    enabled: given.enabled ?? true,
    token: given.token,
    streamId: given.streamId,
    iceServers: given.iceServers ?? defaultIceServers,
    relayOnly: given.relayOnly ?? false,
    uploadBytesPerSecondMax: given.uploadBytesPerSecondMax ?? defaultUploadBytesPerSecondMax,
    uploadBytesMax: given.uploadBytesMax ?? defaultUploadBytesMax,
    uploadRatioMax: given.uploadRatioMax ?? defaultUploadRatioMax,
    uploadBatteryMin: given.uploadBatteryMin ?? defaultUploadBatteryMin,
    uploadWhenHidden: given.uploadWhenHidden ?? true,
    cacheBytesMax: given.cacheBytesMax ?? defaultCacheBytesMax,
    integrity: given.integrity ?? 'required',
    sharePlaylists: given.sharePlaylists ?? true,
    logger: given.logger,
  })
}

/** What each option must be, as the end of a sentence; undefined when the value is right. */
const checks: { readonly [Name in keyof Required<PrismeshOptions>]: (value: unknown) => string | undefined } =
  {
    tracker: (value) => (isTrackerUrl(value) ? undefined : 'a ws:// or wss:// URL'),
    trackerHosts: (value) =>
      Array.isArray(value) && value.every(isHost)
        ? undefined
        : 'an array of host names, without scheme or port',
    consent: (value) =>
      isBoolean(value) || typeof value === 'function'
        ? undefined
        : 'true, false or a function giving one of them',
    enabled: (value) => (isBoolean(value) ? undefined : 'true or false'),
    token: (value) => (isText(value) ? undefined : 'a text that is not empty, or a function giving one'),
    streamId: (value) =>
      isText(value) && (typeof value !== 'string' || value.length <= 256)
        ? undefined
        : 'a text of 1 to 256 characters, or a function giving one',
    iceServers: (value) =>
      Array.isArray(value) && value.every(isIceServer)
        ? undefined
        : 'an array of { urls } with stun:, turn: or turns: URLs',
    relayOnly: (value) => (isBoolean(value) ? undefined : 'true or false'),
    uploadBytesPerSecondMax: (value) =>
      isFromZero(value) ? undefined : 'a number of bytes per second from 0 to Infinity',
    uploadBytesMax: (value) => (isFromZero(value) ? undefined : 'a number of bytes from 0 to Infinity'),
    uploadRatioMax: (value) => (isFromZero(value) ? undefined : 'a number from 0 to Infinity'),
    uploadBatteryMin: (value) =>
      isFromZero(value) && Number(value) <= 1 ? undefined : 'a battery level from 0 to 1',
    uploadWhenHidden: (value) => (isBoolean(value) ? undefined : 'true or false'),
    cacheBytesMax: (value) =>
      Number.isInteger(value) && Number(value) >= cacheBytesLeast && Number(value) <= cacheBytesMost
        ? undefined
        : `a whole number of bytes from ${cacheBytesLeast} to ${cacheBytesMost}`,
    integrity: (value) => (value === 'required' || value === 'off' ? undefined : '"required" or "off"'),
    sharePlaylists: (value) => (isBoolean(value) ? undefined : 'true or false'),
    logger: (value) =>
      isLogger(value) ? undefined : 'an object with the methods debug, info, warn and error',
  }

function isTrackerUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false
  try {
    return /^wss?:$/.test(new URL(value).protocol)
  } catch {
    return false
  }
}

function isHost(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[a-z\d-]+\.)*[a-z\d-]+$/i.test(value)
}

function isFromZero(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'string' && value.length > 0)
}

function isIceServer(value: unknown): boolean {
  const urls = iceUrls(value)
  return urls.length > 0 && urls.every((url) => typeof url === 'string' && /^(stuns?|turns?):/.test(url))
}

function isTurn(server: IceServer): boolean {
  return iceUrls(server).some((url) => /^turns?:/.test(String(url)))
}

function iceUrls(server: unknown): readonly unknown[] {
  if (typeof server !== 'object' || server === null || !('urls' in server)) return []
  return Array.isArray(server.urls) ? server.urls : [server.urls]
}

function isLogger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const methods = value as Record<string, unknown>
  return ['debug', 'info', 'warn', 'error'].every((level) => typeof methods[level] === 'function')
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 80)}"`
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function fail(message: string): never {
  throw new PrismeshError('option-invalid', message)
}
