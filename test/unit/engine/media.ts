import type { SegmentSource } from '../../../client-sdk/src/engine/inputs.js'
import { blockBytes } from '../../../protocol/block.js'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import { rendezvousScore } from '../../../protocol/rendezvous.js'
import { segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'

export const video = 'video-main' as RenditionId
export const otherVideo = 'video-low' as RenditionId

export function memberId(number: number): MemberId {
  return number.toString(16).padStart(40, '0') as MemberId
}

export function segment(sequence: number, rendition = video): SegmentIdentity {
  return { rendition, discontinuity: 0, sequence }
}

export function sourceOf(identity: SegmentIdentity): SegmentSource {
  return { url: `https://cdn.example/${segmentKey(identity)}` }
}

/** The true bytes of a segment: different for each segment and each block. */
export function bodyOf(identity: SegmentIdentity, length: number): Uint8Array {
  const body = new Uint8Array(length)
  let state = rendezvousScore('body', segmentKey(identity))
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    body[index] = state >>> 24
  }
  return body
}

export function blockOf(body: Uint8Array, index: number): Uint8Array {
  return body.slice(index * blockBytes, (index + 1) * blockBytes)
}

/** Members in the order in which a cell of them would fetch this segment. */
export function fetchOrder(identity: SegmentIdentity, count: number): MemberId[] {
  const key = segmentKey(identity)
  const members = Array.from({ length: count }, (_, index) => memberId(index + 1))
  return members.sort((a, b) => rendezvousScore(a, key) - rendezvousScore(b, key))
}
