/** Bytes as people read them, in decimal units: "950 B", "48 kB", "1.3 MB". */
export function byteWords(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 999.5e6) return `${(bytes / 1e6).toFixed(bytes < 99.5e6 ? 1 : 0)} MB`
  return `${(bytes / 1e9).toFixed(1)} GB`
}

/** A rate as people read it: "48 kB/s". Below 1 kB/s nothing worth a number flows. */
export function rateWords(bytesPerSecond: number): string {
  return bytesPerSecond < 1000 ? '–' : `${byteWords(bytesPerSecond)}/s`
}

/** A share as a whole percentage. Only a true whole is "100 %", only nothing is "0 %". */
export function shareWords(share: number): string {
  const percent = Math.round(share * 100)
  if (percent === 100 && share < 1) return '99 %'
  return percent === 0 && share > 0 ? '1 %' : `${percent} %`
}
