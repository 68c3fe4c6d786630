import wrtc from '@roamhq/wrtc'
import type { WebRtc } from '../../../client-sdk/src/transport/simple-peer-channel.js'

/** WebRTC for Node that counts its connections: those not yet closed keep the process alive. */
export class NodeWebRtc implements WebRtc {
  readonly connections = new Set<RTCPeerConnection>()
  readonly RTCPeerConnection: WebRtc['RTCPeerConnection']
  readonly RTCSessionDescription = wrtc.RTCSessionDescription as unknown as WebRtc['RTCSessionDescription']
  readonly RTCIceCandidate = wrtc.RTCIceCandidate as unknown as WebRtc['RTCIceCandidate']

  constructor() {
    const { connections } = this
    this.RTCPeerConnection = class extends wrtc.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        connections.add(this)
      }
    }
  }

  /** Connections that were not closed. */
  get open(): number {
    return [...this.connections].filter((connection) => connection.signalingState !== 'closed').length
  }
}
