import type { WireMessage } from '../../../protocol/wire-messages.js'

/** Names a block, or a part of one, on a link. */
interface BlockName {
  readonly handle: number
  readonly offset: number
  readonly length: number
}

/** What one member sends to another: a message as it is or through the codec, a frame of BitTorrent's without a block, or a block. */
export type VirtualFrame =
  | WireMessage
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  | (BlockName & { readonly kind: 'request' | 'cancel' | 'reject' })
  | { readonly kind: 'block'; readonly handle: number; readonly offset: number; readonly bytes: Uint8Array }
