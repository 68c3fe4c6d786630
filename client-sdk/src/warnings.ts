/**
 * Troubles that stop or hinder sharing, never playback:
 *
 * - `faulted`: a bug of the SDK; the stream goes on from the CDN;
 * - `no-webrtc`: the browser has no WebRTC, or the page's policy forbids it;
 * - `tracker-unreachable`: the tracker does not answer; it is tried again and again;
 * - `tracker-refused`: the tracker does not admit this page or this token;
 * - `consent-failed`, `token-failed`, `stream-id-failed`: a function given as an option threw, or gave nonsense;
 * - `no-digests`: the tracker has no digests of the stream, and the page takes nothing unchecked: nothing is shared;
 * - `digests-missing`: the tracker has promised digests, and none come: nothing is shared;
 * - `playlists-differ`: what others told of a playlist contradicts the CDN: every poll of it goes to the CDN;
 * - `stream-unnamed`: the playlist has no http(s) URL to name the stream by, and no `streamId` is set.
 */
export type WarningCode =
  | 'faulted'
  | 'no-webrtc'
  | 'tracker-unreachable'
  | 'tracker-refused'
  | 'consent-failed'
  | 'token-failed'
  | 'stream-id-failed'
  | 'stream-unnamed'
  | 'no-digests'
  | 'digests-missing'
  | 'playlists-differ'

/** One kind of trouble, told once. */
export interface MeshWarning {
  readonly code: WarningCode
  /** A sentence for people; may change between versions. */
  readonly message: string
}

/** Passes each kind of warning on once. */
export class Warnings {
  private readonly told = new Set<WarningCode>()

  constructor(private readonly tell: (warning: MeshWarning, cause: unknown) => void) {}

  warn(code: WarningCode, message: string, cause?: unknown): void {
    if (this.told.has(code)) return
    this.told.add(code)
    this.tell({ code, message }, cause)
  }
}
