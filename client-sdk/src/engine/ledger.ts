/** What this member took and gave since it started: bytes, and segments handed to the player by where they came from. */
export interface EngineTotals {
  /** Media bytes that came from the CDN, useful or not. */
  readonly cdnBytes: number
  /** Bytes of blocks from neighbours that were new to this member. */
  readonly peerBytes: number
  /** Bytes of blocks sent to neighbours. */
  readonly uploadedBytes: number
  /** Bytes that came twice, from whom ever. */
  readonly wastedBytes: number
  /** The part of `wastedBytes` that came from neighbours: what they gave is `peerBytes` plus this. */
  readonly wastedPeerBytes: number
  /** CDN fetches begun because waiting longer for neighbours would have endangered playback. */
  readonly rescues: number
  /** Blocks that neighbours sent and that are not the origin's. */
  readonly changedPeerBlocks: number
  /** Times that the CDN gave something else than the digest says. */
  readonly changedCdnAnswers: number
  readonly segments: { readonly cdn: number; readonly peers: number; readonly mixed: number }
}

/** Media bytes that came and were of use, each once: what the viewer watched, or is about to. */
export function watchedBytes({
  cdnBytes,
  peerBytes,
  wastedBytes,
  wastedPeerBytes,
}: Pick<EngineTotals, 'cdnBytes' | 'peerBytes' | 'wastedBytes' | 'wastedPeerBytes'>): number {
  return usefulBytes(cdnBytes, wastedBytes - wastedPeerBytes, peerBytes)
}

function usefulBytes(cdn: number, wastedCdn: number, peer: number): number {
  return cdn - wastedCdn + peer
}

/** Counts. Every received byte is counted exactly once: as from the CDN, as from a peer, or as wasted by a peer. */
export class Ledger {
  private cdnBytes = 0
  private peerBytes = 0
  private uploadedBytes = 0
  private wastedCdnBytes = 0
  private wastedPeerBytes = 0
  private rescues = 0
  private changedPeerBlocks = 0
  private changedCdnAnswers = 0
  private readonly segments = { cdn: 0, peers: 0, mixed: 0 }

  cdnReceived(bytes: number): void {
    this.cdnBytes += bytes
  }

  cdnWasted(bytes: number): void {
    this.wastedCdnBytes += bytes
  }

  peerReceived(bytes: number): void {
    this.peerBytes += bytes
  }

  peerWasted(bytes: number): void {
    this.wastedPeerBytes += bytes
  }

  uploaded(bytes: number): void {
    this.uploadedBytes += bytes
  }

  rescued(): void {
    this.rescues += 1
  }

  peerChanged(): void {
    this.changedPeerBlocks += 1
  }

  cdnChanged(): void {
    this.changedCdnAnswers += 1
  }

  delivered(cdnBytes: number, peerBytes: number): void {
    if (peerBytes === 0) this.segments.cdn += 1
    else if (cdnBytes === 0) this.segments.peers += 1
    else this.segments.mixed += 1
  }

  /** Bytes sent to neighbours. */
  get given(): number {
    return this.uploadedBytes
  }

  /** Media bytes that came and were of use, each once. */
  get watched(): number {
    return usefulBytes(this.cdnBytes, this.wastedCdnBytes, this.peerBytes)
  }

  totals(): EngineTotals {
    return {
      cdnBytes: this.cdnBytes,
      peerBytes: this.peerBytes,
      uploadedBytes: this.uploadedBytes,
      wastedBytes: this.wastedCdnBytes + this.wastedPeerBytes,
      wastedPeerBytes: this.wastedPeerBytes,
      rescues: this.rescues,
      changedPeerBlocks: this.changedPeerBlocks,
      changedCdnAnswers: this.changedCdnAnswers,
      segments: { ...this.segments },
    }
  }
}
