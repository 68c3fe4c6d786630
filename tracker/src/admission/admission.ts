import type { Result } from '../../../protocol/result.js'
import type { TrackerErrorCode } from '../../../protocol/tracker-messages.js'
import type { Grant } from '../core/grant.js'

/** What an upgrade says of itself. */
export interface AdmissionRequest {
  /** The page's, as its browser states it; programs have none. */
  readonly origin: string | undefined
  readonly token: string | undefined
}

export type AdmissionCode = Extract<
  TrackerErrorCode,
  'token-missing' | 'token-invalid' | 'token-expired' | 'token-used' | 'token-mismatch' | 'origin-refused'
>

/** Decides who may connect, before the tracker knows of the connection. Never rejects. */
export interface Admission {
  admit(request: AdmissionRequest): Promise<Result<Grant, AdmissionCode>>
}
