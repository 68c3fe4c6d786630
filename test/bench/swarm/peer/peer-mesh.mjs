// Lets the viewer page drive p2p-media-loader as it drives Prismesh, and so count both in the same way.
// `options` of the page: iceServers, stream (p2p-media-loader's StreamConfig).
import { HlsJsP2PEngine } from 'p2p-media-loader-hlsjs'

window.Prismesh = class {
  #bytes = { cdn: 0, peers: 0, uploaded: 0, loaded: 0 }
  #segments = { cdn: 0, peers: 0, mixed: 0 }
  #peers = new Set()
  #warnings = []
  #engine

  constructor({ tracker, iceServers, stream }) {
    this.#engine = new HlsJsP2PEngine({
      core: { announceTrackers: [tracker], rtcConfig: { iceServers }, ...stream },
    })
    const on = (name, handle) => this.#engine.addEventListener(name, handle)
    on('onChunkDownloaded', (bytes, source) => {
      this.#bytes[source === 'http' ? 'cdn' : 'peers'] += bytes
    })
    on('onChunkUploaded', (bytes) => {
      this.#bytes.uploaded += bytes
    })
    on('onSegmentLoaded', ({ bytesLength, downloadSource }) => {
      this.#bytes.loaded += bytesLength
      this.#segments[downloadSource === 'http' ? 'cdn' : 'peers'] += 1
    })
    on('onPeerConnect', ({ peerId }) => this.#peers.add(peerId))
    on('onPeerClose', ({ peerId }) => this.#peers.delete(peerId))
    on('onTrackerError', () => this.#warnings.push('tracker-error'))
  }

  on(name, handle) {
    if (name === 'warning') this.#warnings = { push: (code) => handle({ code }) }
  }

  attach(hls) {
    Object.assign(hls.config, this.#engine.getConfigForHlsJs())
    this.#engine.bindHls(hls)
    return () => this.#engine.destroy()
  }

  get stats() {
    const { cdn, peers, uploaded, loaded } = this.#bytes
    const received = cdn + peers
    return {
      cdnBytes: cdn,
      peerBytes: peers,
      uploadedBytes: uploaded,
      // What was received and is in no segment: what it threw away, and what is still on its way.
      wastedBytes: Math.max(0, received - loaded),
      offload: received === 0 ? 0 : peers / received,
      links: this.#peers.size,
      rescues: 0,
      segments: { ...this.#segments },
    }
  }

  explain() {
    return []
  }
}

const viewer = document.createElement('script')
viewer.src = '/viewer.js'
document.body.append(viewer)
