/** A measurement taken into those before it, with a weight from 0 to 1; the first one counts as it is. */
export function smoothed(before: number | undefined, measured: number, weight: number): number {
  return before === undefined ? measured : before + weight * (measured - before)
}
