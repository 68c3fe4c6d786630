import type { Moment } from '../admission/moment.js'

export function presentMoment(): Moment {
  return { wallMs: Date.now(), steadyMs: performance.now() }
}
