import { seededRandom } from '../../support/swarm/seeded-random.js'

/** Draws from a seed, so that a run can be repeated as far as timing allows. */
export class FuzzRandom {
  private readonly draw: () => number

  constructor(seed: number) {
    this.draw = seededRandom(seed)
  }

  /** A whole number of [0, below). */
  below(below: number): number {
    return Math.floor(this.draw() * below)
  }

  chance(share: number): boolean {
    return this.draw() < share
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    if (value === undefined && values.length === 0) throw new Error('bug: there is nothing to pick from')
    return value as Value
  }

  bytes(length: number): Buffer {
    return Buffer.from(Uint8Array.from({ length }, () => this.below(256)))
  }

  /** Printable or not, ASCII or not. */
  text(lengthMax: number): string {
    const units = [
      'a',
      'Z',
      '0',
      ' ',
      '"',
      '\\',
      '\u0000',
      '\r\n',
      'é',
      '\u{1f600}',
      '%2e',
      '../',
      '\ud800',
      '{',
      '[',
    ]
    return Array.from({ length: this.below(lengthMax + 1) }, () => this.pick(units)).join('')
  }
}
