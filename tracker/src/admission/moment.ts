/**
 * One moment on two clocks, in milliseconds. The wall clock says whether a token has expired, since its maker means that one;
 * it jumps when it is set. The steady one only goes on.
 */
export interface Moment {
  /** Since 1970. */
  readonly wallMs: number
  readonly steadyMs: number
}
