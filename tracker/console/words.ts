const bitUnits = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const counts = new Intl.NumberFormat('en')

export const unknown = '–'

export function countWords(count: number): string {
  return counts.format(count)
}

export function rateWords(bytesPerSecond: number): string {
  return scaled(bytesPerSecond * 8, bitUnits)
}

export function byteWords(bytes: number): string {
  return scaled(bytes, byteUnits)
}

export function shareWords(share: number | null): string {
  return share === null ? unknown : `${(share * 100).toFixed(share >= 0.995 || share === 0 ? 0 : 1)} %`
}

export function numberWords(value: number | null, digits: number): string {
  return value === null ? unknown : value.toFixed(digits)
}

export function secondsWords(milliseconds: number | null): string {
  return milliseconds === null ? unknown : `${(milliseconds / 1000).toFixed(1)} s`
}

export function ageWords(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${seconds} s`
}

function scaled(value: number, units: readonly string[]): string {
  let unit = 0
  let left = value
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000
    unit += 1
  }
  const digits = unit === 0 || left >= 99.5 ? 0 : 1
  return `${left.toFixed(digits)} ${units[unit] ?? ''}`
}
