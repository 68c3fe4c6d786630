import type { WebRtc } from 'simple-peer/simplepeer.min.js'

const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }

/**
 * One DTLS certificate for all connections of a session but the first ones, which do not wait for it. A browser makes a new one
 * for each connection otherwise, which is a good part of what a link costs. It tells neighbours nothing new: they know each
 * other's member ids, which are as old.
 */
export class SharedCertificate {
  private made: RTCCertificate[] | undefined
  private asked = false

  constructor(private readonly wrtc: Partial<Pick<WebRtc, 'RTCPeerConnection'>>) {}

  /** Undefined until it is made, and where it cannot be: then each connection has its own. */
  now(): RTCCertificate[] | undefined {
    if (!this.asked) {
      this.asked = true
      void this.make()
    }
    return this.made
  }

  private async make(): Promise<void> {
    try {
      const certificate = await this.wrtc.RTCPeerConnection?.generateCertificate(algorithm)
      if (certificate !== undefined) this.made = [certificate]
    } catch {
      // No WebRTC here, or one without certificates of one's own.
    }
  }
}
