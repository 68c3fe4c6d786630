import Hls, { type ErrorData } from 'hls.js'
import { isCdnTrouble, playbackWords } from './playback-words.js'
import { StallCounter } from './stall-counter.js'

/** Grows with each failure in a row, up to the last value. */
const retryDelaysMs = [1000, 2000, 4000, 8000] as const

/** After this long without a further error, and with data flowing, a trouble is over. */
const troubleLastsMs = 5000

/** What the page shows of playback. */
export interface PlaybackFacts {
  readonly secondsBehindLive: number | undefined
  readonly bufferSeconds: number
  readonly stalls: number
  /** e.g. "360p". */
  readonly rendition: string | undefined
  readonly paused: boolean
}

/** Something that keeps the video from playing well, in words. */
export interface Trouble {
  readonly words: string
  readonly cdn: boolean
  readonly atMs: number
}

/**
 * Plays the stream with hls.js, and starts over by itself when the stream comes back. It knows nothing of
 * Prismesh: whoever starts it may attach the SDK to the player before it loads, and nothing here waits for it.
 */
export class LivePlayer {
  readonly #video: HTMLVideoElement
  readonly #streamUrl: string
  readonly #stalls: StallCounter
  #hls: Hls | undefined
  #trouble: Trouble | undefined
  #failures = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  /** Media bytes this player's fragments had, whoever sent them. */
  loadedBytes = 0

  constructor(video: HTMLVideoElement, streamUrl: string) {
    this.#video = video
    this.#streamUrl = streamUrl
    this.#stalls = new StallCounter(video)
  }

  /**
   * Starts, or starts over with a new player.
   *
   * @param prepare - is given the player before it loads anything.
   */
  start(prepare: (hls: Hls) => void, autoplay: boolean): void {
    this.stop()
    if (!Hls.isSupported()) return this.#startNatively(autoplay)
    const hls = new Hls()
    this.#hls = hls
    hls.on(Hls.Events.ERROR, (_event, data) => this.#handleError(hls, data))
    hls.on(Hls.Events.FRAG_LOADED, (_event, data) => {
      this.loadedBytes += data.frag.stats.total
      this.#failures = 0
    })
    prepare(hls)
    hls.loadSource(this.#streamUrl)
    hls.attachMedia(this.#video)
    if (autoplay) hls.once(Hls.Events.MANIFEST_PARSED, () => play(this.#video))
  }

  stop(): void {
    clearTimeout(this.#retryTimer)
    this.#hls?.destroy()
    this.#hls = undefined
    this.#trouble = undefined
  }

  get facts(): PlaybackFacts {
    const hls = this.#hls
    return {
      secondsBehindLive: secondsBehindLive(hls),
      bufferSeconds: bufferAhead(this.#video),
      stalls: this.#stalls.stalls,
      rendition: renditionWords(hls, this.#video),
      paused: this.#video.paused,
    }
  }

  /** What is wrong now, or was within the last few seconds. */
  get trouble(): Trouble | undefined {
    const old = this.#trouble !== undefined && Date.now() - this.#trouble.atMs > troubleLastsMs
    if (old && this.#failures === 0 && bufferAhead(this.#video) > 0.5) this.#trouble = undefined
    return this.#trouble
  }

  #startNatively(autoplay: boolean): void {
    if (this.#video.canPlayType('application/vnd.apple.mpegurl') === '') {
      this.#trouble = { words: 'This browser cannot play live HLS', cdn: false, atMs: Date.now() }
      this.#failures = 1
      return
    }
    this.#video.src = this.#streamUrl
    if (autoplay) play(this.#video)
  }

  #handleError(hls: Hls, data: ErrorData): void {
    if (hls !== this.#hls || (!data.fatal && !isWorthWords(data))) return
    this.#trouble = { words: playbackWords(data), cdn: isCdnTrouble(data.details), atMs: Date.now() }
    this.#failures += 1
    if (!data.fatal) return
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError()
    const delayMs = retryDelaysMs[Math.min(this.#failures, retryDelaysMs.length) - 1] ?? retryDelaysMs[0]
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => {
      if (hls.levels.length === 0) hls.loadSource(this.#streamUrl)
      else hls.startLoad()
    }, delayMs)
  }
}

/** hls.js repairs most small errors before anyone sees them; those of the CDN are the point of this page. */
function isWorthWords(data: ErrorData): boolean {
  return isCdnTrouble(data.details)
}

/** The page begins muted, since browsers start nothing else by themselves; later the viewer's choice stays. */
function play(video: HTMLVideoElement): void {
  // A browser that refuses shows its own play button.
  video.play().catch(() => undefined)
}

/** Behind the newest segment's end: hls.js's own measure, and the one our published figures use. */
function secondsBehindLive(hls: Hls | undefined): number | undefined {
  return hls && hls.latency > 0 ? hls.latency : undefined
}

function bufferAhead(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.1 && buffered.end(index) > currentTime) {
      return buffered.end(index) - currentTime
    }
  }
  return 0
}

function renditionWords(hls: Hls | undefined, video: HTMLVideoElement): string | undefined {
  const level = hls?.levels[hls.currentLevel]
  const height = level?.height || video.videoHeight
  return height > 0 ? `${height}p` : undefined
}
