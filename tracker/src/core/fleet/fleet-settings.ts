import type { Beat, ProcessId, StreamKey } from '../../../../protocol/fleet-messages.js'

/** What an operator decides, and who this process is. */
export interface FleetSettings {
  readonly self: ProcessId
  /** Where members reach this very process; without one it can be nobody's home. */
  readonly publicUrl: string | undefined
  readonly heartbeatMs: number
  /** A stream with at most so many members here is thin: where others have members of it too, they are brought together. */
  readonly thinMembersMax: number
}

/** How things stand with this process; read at each beat. */
export interface LocalFacts {
  readonly members: number
  readonly streams: number
  readonly room: boolean
  readonly totals: Beat['totals']
  readonly parts: readonly (readonly [stream: StreamKey, members: number])[]
}
