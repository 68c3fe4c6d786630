import { failure } from '../../../protocol/result.js'
import type { Admission } from './admission.js'

/**
 * Lets only pages of these origins (`https://example.com`, exactly as browsers write them) go on to the next
 * admission. A program can claim any origin: this keeps foreign pages out, not programs.
 *
 * @param programs - whether what states no origin goes on: right where a token is asked for, which says so itself
 */
export function originAdmission(allowed: readonly string[], next: Admission, programs: boolean): Admission {
  const origins = new Set(allowed)
  return {
    admit: (request) =>
      (request.origin === undefined ? programs : origins.has(request.origin))
        ? next.admit(request)
        : Promise.resolve(failure('origin-refused', 'pages of this origin are not allowed here')),
  }
}
