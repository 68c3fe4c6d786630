/** The most that a figure may be; plain hls.js, the yardstick, is the run of the same shape and round. */
export interface Bars {
  readonly copies?: number
  /** Copies over the renditions in use. */
  readonly copiesPerRendition?: number
  readonly stallsAdded: number
  readonly latencyAddedSeconds: number
  readonly firstFrameRatio: number
  readonly cpuRatio?: number
  readonly duplicateShare: number
}
