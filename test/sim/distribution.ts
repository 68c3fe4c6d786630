/** Numbers of which the middle and the tail matter. */
export class Distribution {
  private readonly values: number[] = []
  private sorted = true

  add(value: number): void {
    this.values.push(value)
    this.sorted = false
  }

  get count(): number {
    return this.values.length
  }

  get mean(): number {
    return this.values.reduce((sum, value) => sum + value, 0) / this.values.length
  }

  /** The value that this share of the others, 0 to 1, do not exceed; NaN without any. */
  quantile(share: number): number {
    if (!this.sorted) this.values.sort((a, b) => a - b)
    this.sorted = true
    const index = Math.min(this.values.length - 1, Math.floor(share * this.values.length))
    return this.values[index] ?? Number.NaN
  }
}
