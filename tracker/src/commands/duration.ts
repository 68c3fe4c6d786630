const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Seconds of `90s`, `2m` or `1h`; nothing for another text. */
export function durationSeconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * (unitSeconds[unit ?? ''] ?? 1)
}
