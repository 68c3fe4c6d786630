/** Whether this is `npm run test:attack`: more hostile members, and for longer, than `npm test` has time for. */
export const isLong = process.env['PRISMESH_ATTACK_LENGTH'] === 'long'

/** One line of what an attack was and what came of it, for whoever reads the run. */
export function tell(tried: string, saw: string): void {
  console.log(`      tried: ${tried}\n      saw:   ${saw}`)
}
