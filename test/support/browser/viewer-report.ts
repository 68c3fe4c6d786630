/** What a viewer page of the test rig tells of itself; read with `page.evaluate(() => window.viewer.report())`. */
export interface ViewerReport {
  /** From `hls.loadSource` to the first decoded frame on screen, in milliseconds; undefined before it. */
  readonly firstFrameMs: number | undefined
  /** What came before it: names of hls.js's events, each with its first time, counted likewise. */
  readonly startUp: readonly { readonly step: string; readonly ms: number }[]
  /** Times that playback ran dry after its first frame. */
  readonly stalls: number
  readonly fatalErrors: readonly string[]
  /** Errors that hls.js recovered from. */
  readonly errors: readonly string[]
  /** Seconds behind the live edge, sampled once a second since the first frame. */
  readonly latencies: readonly number[]
  /**
   * Of every segment loaded: when its last picture was taken, by the wall clock, how much later it was here whole, and of
   * which rendition it is.
   */
  readonly completions: readonly {
    readonly bornAt: number
    readonly afterMs: number
    readonly level: number
  }[]
  /**
   * Of segments born since the tracker took this viewer in, and loaded: when the last picture was taken, by the wall clock,
   * and how much later the tracker told the digest. Pages of other players have none.
   */
  readonly digestDelays?: readonly { readonly bornAt: number; readonly afterMs: number }[]
  readonly playedSeconds: number
  readonly level: number
  /** Bandwidth that hls.js believes in, bits per second. */
  readonly bandwidthEstimate: number
  /** RTCPeerConnections made so far. */
  readonly peerConnections: number
  /** Codes of the links that were closed, in their order. */
  readonly linksClosed: readonly string[]
  readonly mesh: MeshReport | undefined
}

export interface MeshReport {
  readonly member: string | undefined
  readonly cdnBytes: number
  readonly peerBytes: number
  readonly uploadedBytes: number
  readonly wastedBytes: number
  readonly offload: number
  readonly links: number
  readonly rescues: number
  /** From neighbours, that were not the origin's. */
  readonly changedBlocks: number
  readonly segments: { readonly cdn: number; readonly peers: number; readonly mixed: number }
  /** Polls of media playlists, by who answered them. */
  readonly playlists: { readonly cdn: number; readonly shared: number }
  readonly warnings: readonly string[]
  /** The code of what holds uploads back. */
  readonly uploadRule: string | undefined
  readonly reasons: readonly string[]
}

/** A segment as the player's loader delivered it. */
export interface RecordedDelivery {
  readonly url: string
  readonly rangeStart?: number
  readonly rangeEnd?: number
  readonly bytes: number
  readonly sha256: string
}
