/**
 * Mistakes of the page's own code, thrown where they are made:
 *
 * - `option-invalid`: an option is missing, unknown, or has a value that it cannot have;
 * - `player-unsupported`: what was given to `attach` is no hls.js instance of version 1.5 or newer;
 * - `player-attached`: this hls.js instance is attached to a Prismesh already;
 * - `closed`: the Prismesh was closed, and cannot be used again.
 */
export type PrismeshErrorCode = 'option-invalid' | 'player-unsupported' | 'player-attached' | 'closed'

/** Thrown for mistakes of the calling code, and for nothing else: peers, networks and bugs of ours never throw. */
export class PrismeshError extends Error {
  override readonly name = 'PrismeshError'
  /** Says which mistake it is; stable over versions, unlike the message. */
  readonly code: PrismeshErrorCode

  constructor(code: PrismeshErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
