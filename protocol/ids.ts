/**
 * Identifiers. Members and swarms are named by 20 bytes, because the BitTorrent handshake carries 20 bytes for
 * each; outside the handshake they are written as 40 lower-case hexadecimal digits.
 */
export type MemberId = string & { readonly brand: 'MemberId' }
export type SwarmId = string & { readonly brand: 'SwarmId' }

/** Names one live event for everyone who watches it: 1 to {@link streamIdLengthMax} characters. */
export type StreamId = string & { readonly brand: 'StreamId' }

/** Names one quality or audio track of a stream, alike for all members whatever their URLs hold. */
export type RenditionId = string & { readonly brand: 'RenditionId' }

export const idBytes = 20
export const streamIdLengthMax = 256
/** A rendition id is a short hash, so that it fits in one byte-counted string on the wire. */
const renditionIdLengthMax = 64

/** Begins the id of every separate sound track; no other rendition's id begins so. */
export const audioRenditionPrefix = 'a'

/** True for a sound track of its own, which members with different pictures have in common. */
export function isAudioRendition(rendition: RenditionId): boolean {
  return rendition.startsWith(`${audioRenditionPrefix}-`)
}

const hexId = /^[0-9a-f]{40}$/
const printable = /^[\x21-\x7e]+$/

export function isMemberId(value: string): value is MemberId {
  return hexId.test(value)
}

export function isSwarmId(value: string): value is SwarmId {
  return hexId.test(value)
}

/** Rendition ids are printable ASCII without spaces, 1 to 64 characters. */
export function isRenditionId(value: string): value is RenditionId {
  return value.length <= renditionIdLengthMax && printable.test(value)
}
