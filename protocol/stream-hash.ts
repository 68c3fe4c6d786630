import { rendezvousScore } from './rendezvous.js'

/**
 * Tells a load balancer which connections belong together, without the stream's name: 8 hexadecimal digits. 32 bits
 * spread any number of streams over processes; two streams with the same digits merely share one. It is no secret: who
 * can guess a name can check the guess, as with any hash of it.
 */
export function streamHash(stream: string): string {
  return rendezvousScore('stream', stream).toString(16).padStart(8, '0')
}
