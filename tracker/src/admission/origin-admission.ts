import { failure } from '../../../protocol/result.js'
import type { Admission } from './admission.js'

/**
 * Lets only pages of these origins (`https://example.com`, exactly as browsers write them) go on to the next
 * admission. A program can claim any origin: this keeps foreign pages out, not programs.
 */
export function originAdmission(allowed: readonly string[], next: Admission): Admission {
  const origins = new Set(allowed)
  return {
    admit: (request) =>
      request.origin !== undefined && origins.has(request.origin)
        ? next.admit(request)
        : Promise.resolve(failure('origin-refused', 'pages of this origin are not allowed here')),
  }
}
