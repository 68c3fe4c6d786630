/**
 * Counts stalls: playback that had begun waits for data. What a viewer asked for (a seek, a pause) is none, and
 * so is the wait that follows a reload of the player.
 */
export class StallCounter {
  #stalls = 0
  #playing = false

  constructor(video: HTMLVideoElement) {
    video.addEventListener('playing', () => (this.#playing = true))
    video.addEventListener('waiting', () => {
      if (this.#playing && !video.seeking && !video.paused) this.#stalls += 1
      this.#playing = false
    })
    for (const kind of ['pause', 'seeking', 'emptied', 'ended']) {
      video.addEventListener(kind, () => (this.#playing = false))
    }
  }

  get stalls(): number {
    return this.#stalls
  }
}
