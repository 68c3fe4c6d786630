// Lets the viewer page drive bare data channels as it drives Prismesh: viewers in a ring, each with a link to the one that
// arrived before it and the last one to the first, too. hls.js fetches everything from the CDN; of each segment that it
// loaded as many bytes go to the two neighbours as a viewer that shares would give, and nobody plays them.
// `options` of the page: index (the viewer's place in the ring), viewers (how many are in it), iceServers.

/** A block of Prismesh's, and the largest message that every WebRTC implementation was once sure to take. */
const messageBytesMax = 16_384

window.Prismesh = class {
  #index
  #viewers
  #iceServers
  /** What they carry does not matter: it is encrypted like anything else. */
  #message = new Uint8Array(messageBytesMax)
  #connections = []
  #channels = []
  #turn = 0
  #bytes = { cdn: 0, peers: 0, uploaded: 0 }

  constructor({ index, viewers, iceServers }) {
    this.#index = index
    this.#viewers = viewers
    this.#iceServers = iceServers
    window.prismeshBenchAnswer = (offer) => this.#answer(offer)
  }

  on() {}

  attach(hls) {
    hls.on('hlsFragLoaded', (_event, { frag }) => {
      this.#bytes.cdn += frag.stats.loaded
      this.#passOn(Math.round((frag.stats.loaded * (this.#viewers - 1)) / this.#viewers))
    })
    // Links are made after the first frame, as Prismesh makes its own.
    hls.once('hlsMediaAttached', () => hls.media.requestVideoFrameCallback(() => void this.#join()))
    return () => this.#connections.forEach((connection) => connection.close())
  }

  get stats() {
    const { cdn, peers, uploaded } = this.#bytes
    return {
      cdnBytes: cdn,
      peerBytes: peers,
      uploadedBytes: uploaded,
      wastedBytes: 0,
      offload: 0,
      links: this.#open().length,
      rescues: 0,
      segments: { cdn: 0, peers: 0, mixed: 0 },
    }
  }

  explain() {
    return []
  }

  /** In one go, as a segment comes, by one channel after the other in turn. */
  #passOn(bytes) {
    const channels = this.#open()
    if (channels.length === 0) return
    for (let left = bytes; left > 0; left -= messageBytesMax) {
      this.#turn = (this.#turn + 1) % channels.length
      channels[this.#turn].send(this.#message.subarray(0, left))
    }
    this.#bytes.uploaded += bytes
  }

  async #join() {
    if (this.#index > 0) await this.#link(this.#index - 1)
    if (this.#index > 1 && this.#index === this.#viewers - 1) await this.#link(0)
  }

  async #link(neighbour) {
    const connection = this.#connect()
    this.#use(connection.createDataChannel('media'))
    await connection.setLocalDescription()
    const answer = await window.prismeshBenchOffer(neighbour, await descriptionOf(connection))
    await connection.setRemoteDescription({ type: 'answer', sdp: answer })
  }

  async #answer(offer) {
    const connection = this.#connect()
    connection.addEventListener('datachannel', ({ channel }) => this.#use(channel))
    await connection.setRemoteDescription({ type: 'offer', sdp: offer })
    await connection.setLocalDescription()
    return descriptionOf(connection)
  }

  #connect() {
    const connection = new RTCPeerConnection({ iceServers: this.#iceServers })
    this.#connections.push(connection)
    return connection
  }

  #use(channel) {
    channel.binaryType = 'arraybuffer'
    channel.addEventListener('message', ({ data }) => {
      this.#bytes.peers += data.byteLength
    })
    this.#channels.push(channel)
  }

  #open() {
    return this.#channels.filter(({ readyState }) => readyState === 'open')
  }
}

/** With all candidates in it, so that one message each way makes a link. */
async function descriptionOf(connection) {
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      connection.addEventListener('icegatheringstatechange', resolve, { once: true })
    })
  }
  return connection.localDescription.sdp
}
