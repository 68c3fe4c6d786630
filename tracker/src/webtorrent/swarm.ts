import type { Random } from '../core/tracker-settings.js'
import type { Peer } from './peer.js'
import { idLiteral, type WireId } from './wire-id.js'

/** Everyone who announced one `info_hash`. Freed with its last peer. */
export class Swarm {
  readonly infoHashJson: string
  /** How many said they have become complete here. */
  downloaded = 0
  private readonly byId = new Map<WireId, Peer>()
  /** The same peers in no order, so that some of them can be drawn. */
  private readonly peers: Peer[] = []
  private completeCount = 0
  /** The answer to an announce, the same for everyone until somebody comes, goes or completes. */
  announceFrame: string | undefined

  constructor(readonly infoHash: WireId) {
    this.infoHashJson = idLiteral(infoHash)
  }

  get size(): number {
    return this.peers.length
  }

  /** Seeders. */
  get complete(): number {
    return this.completeCount
  }

  get incomplete(): number {
    return this.peers.length - this.completeCount
  }

  find(id: WireId): Peer | undefined {
    return this.byId.get(id)
  }

  add(peer: Peer): void {
    this.announceFrame = undefined
    peer.index = this.peers.length
    this.peers.push(peer)
    this.byId.set(peer.id, peer)
  }

  remove(peer: Peer): void {
    this.setComplete(peer, false)
    this.announceFrame = undefined
    this.byId.delete(peer.id)
    const last = this.peers.pop()
    if (last && last !== peer) this.place(last, peer.index)
  }

  setComplete(peer: Peer, isComplete: boolean): void {
    if (peer.isComplete === isComplete) return
    peer.isComplete = isComplete
    this.announceFrame = undefined
    this.completeCount += isComplete ? 1 : -1
  }

  /**
   * Draws so many of the others, each set equally likely: the first of a shuffle that is broken off. It costs as much as
   * is drawn, whatever the size of the swarm. `count` is at most the number of the others.
   */
  drawOthers(peer: Peer, count: number, random: Random): Peer[] {
    const drawn: Peer[] = []
    this.swap(peer.index, 0)
    for (let at = 1; at <= count; at += 1) {
      this.swap(at, at + Math.floor(random() * (this.peers.length - at)))
      const other = this.peers[at]
      if (other) drawn.push(other)
    }
    return drawn
  }

  private swap(one: number, other: number): void {
    const [first, second] = [this.peers[one], this.peers[other]]
    if (!first || !second) return
    this.place(first, other)
    this.place(second, one)
  }

  private place(peer: Peer, index: number): void {
    this.peers[index] = peer
    peer.index = index
  }
}
