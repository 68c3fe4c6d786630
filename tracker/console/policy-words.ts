import type { StreamPolicy } from '../../protocol/stream-policy.js'
import { rateWords } from './words.js'

const modeWords = { on: 'On', drain: 'Draining', off: 'Off' } as const

export function policyWords({ p2p, uploadBytesPerSecondMax }: StreamPolicy): string {
  if (p2p === 'off' || uploadBytesPerSecondMax === undefined) return modeWords[p2p]
  return `${modeWords[p2p]}, up to ${rateWords(uploadBytesPerSecondMax)}`
}
