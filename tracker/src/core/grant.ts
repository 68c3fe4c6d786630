import type { MemberId, StreamId } from '../../../protocol/ids.js'
import type { JoinRequest } from '../../../protocol/tracker-messages.js'

/** What an admission allows a connection. The core knows nothing of how it was obtained. */
export interface Grant {
  /** The only stream that may be joined; any if left out. */
  readonly stream?: StreamId
  /** The only member id that may be taken; any if left out. */
  readonly member?: MemberId
  /** Names the token that it rests on, for the limits per token. */
  readonly token?: string
  /** Whose page it is: a resume text of one holder is worth nothing to another. */
  readonly holder: string
}

/** Allows everything. */
export const openGrant: Grant = { holder: '' }

/** What a join asks for beyond its grant, in words; nothing if it keeps to it. */
export function joinMismatch(grant: Grant, { stream, member }: JoinRequest): string | undefined {
  if (grant.stream !== undefined && grant.stream !== stream) return 'the token is for another stream'
  if (grant.member !== undefined && grant.member !== member) return 'the token is for another member'
  return undefined
}
