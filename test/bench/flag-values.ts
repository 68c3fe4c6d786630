import { InvalidArgumentError } from 'commander'

/** Reads the value of a flag that takes a whole number. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`a whole number from ${least} is needed`)
  }
}
