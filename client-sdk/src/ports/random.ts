/** A source of numbers in [0, 1): seeded in tests, the platform's otherwise. */
export type Random = () => number
