import { neighboursTarget, neighboursTargetMin } from './limits.js'

/**
 * Links that each member of a cell of so many is told to make: the square root of their number, so that news need two hops,
 * while a link, which costs CPU whatever is given over it, is not made to everybody.
 */
export function neighboursTargetIn(members: number): number {
  return Math.min(neighboursTarget, Math.max(neighboursTargetMin, Math.ceil(Math.sqrt(members))))
}
