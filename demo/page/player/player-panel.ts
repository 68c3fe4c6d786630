import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import type { PlaybackFacts, Trouble } from './live-player.js'

/** The video's surroundings: the unmute button, words for trouble, and the facts below. */
export class PlayerPanel {
  readonly #trouble = requiredElement('trouble', HTMLParagraphElement)
  readonly #latency = requiredElement('fact-latency', HTMLElement)
  readonly #stalls = requiredElement('fact-stalls', HTMLElement)
  readonly #rendition = requiredElement('fact-rendition', HTMLElement)
  readonly #buffer = requiredElement('fact-buffer', HTMLElement)
  readonly #viewer = requiredElement('fact-viewer', HTMLElement)

  constructor(video: HTMLVideoElement) {
    const unmute = requiredElement('unmute', HTMLButtonElement)
    const show = (): void => {
      const hadFocus = document.activeElement === unmute
      unmute.hidden = !video.muted
      if (hadFocus && unmute.hidden) video.focus()
    }
    unmute.addEventListener('click', () => {
      video.muted = false
      if (video.volume === 0) video.volume = 1
      video.play().catch(() => undefined)
    })
    video.addEventListener('volumechange', show)
    show()
  }

  show(facts: PlaybackFacts, trouble: Trouble | undefined, viewer: string | undefined): void {
    const behind = facts.secondsBehindLive
    setText(this.#latency, behind === undefined ? '–' : `${behind.toFixed(1)} s`)
    setText(this.#stalls, String(facts.stalls))
    setText(this.#rendition, facts.rendition ?? '–')
    setText(this.#buffer, `${facts.bufferSeconds.toFixed(1)} s`)
    setText(this.#viewer, viewer ?? '–')
    this.#trouble.hidden = trouble === undefined
    setText(this.#trouble, trouble?.words ?? '')
  }
}
