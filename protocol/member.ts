import type { MemberId, RenditionId } from './ids.js'

/** One line of a cell's roster: who is in the cell, what they follow, whether they give. */
export interface RosterEntry {
  readonly member: MemberId
  /** A browser that watches, or a lent device. */
  readonly role: 'viewer' | 'fog'
  /** False for members that only receive: by their owner's choice, or because their network is metered. */
  readonly uploads: boolean
  /** Absent until the member's player has chosen one. */
  readonly rendition?: RenditionId
}

/** "You two may link": the tracker's word, without which no signal is passed on. */
export interface Introduction {
  readonly member: MemberId
  /** Whether the receiver of this introduction makes the offer. Exactly one of the two does. */
  readonly initiate: boolean
}
