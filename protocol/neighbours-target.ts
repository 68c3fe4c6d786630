import { neighboursTarget, neighboursTargetMin } from './limits.js'

/**
 * Links that each member of a cell of so many is told to make: half of its members less 4, but 4 to 8. A link
 * costs CPU whatever is given over it, and in a small cell news need no more than two hops over a few; from 24 members on,
 * fewer than 8 leave some with too few who can give.
 */
export function neighboursTargetIn(members: number): number {
  return Math.min(neighboursTarget, Math.max(neighboursTargetMin, Math.ceil(members / 2) - 4))
}
