import { success } from '../../../protocol/result.js'
import { openGrant } from '../core/grant.js'
import type { Admission } from './admission.js'

/** Lets everyone in. */
export const openAdmission: Admission = { admit: () => Promise.resolve(success(openGrant)) }
