// The page that tests and benchmarks open: a plain hls.js player, with or without Prismesh, that keeps count.
// URL parameters: stream, mode=plain|prismesh, tracker, consent=yes|no|none, options (JSON for Prismesh), hls (JSON
// for hls.js), start=manual.
const parameters = new URLSearchParams(location.search)
const video = document.getElementById('video')

const NativePeerConnection = window.RTCPeerConnection
let peerConnections = 0
if (NativePeerConnection) {
  window.RTCPeerConnection = class extends NativePeerConnection {
    constructor(...args) {
      super(...args)
      peerConnections += 1
    }
  }
}

const state = { stalls: 0, fatalErrors: [], errors: [], latencies: [], warnings: [], firstFrameMs: undefined }
let startedAt
let mesh
let detach

const hls = new Hls(JSON.parse(parameters.get('hls') ?? '{}'))
if (parameters.get('mode') !== 'plain') {
  const consent = parameters.get('consent') ?? 'yes'
  mesh = new Prismesh({
    tracker: parameters.get('tracker'),
    ...(consent === 'none' ? {} : { consent: consent === 'yes' }),
    ...JSON.parse(parameters.get('options') ?? '{}'),
  })
  mesh.on('warning', (warning) => state.warnings.push(warning.code))
  detach = mesh.attach(hls)
}

hls.on(Hls.Events.ERROR, (_event, data) => {
  if (data.fatal) state.fatalErrors.push(data.details)
  else state.errors.push(data.details)
})
video.addEventListener('waiting', () => {
  if (state.firstFrameMs !== undefined && !video.seeking) state.stalls += 1
})

function firstFrame() {
  state.firstFrameMs = performance.now() - startedAt
  setInterval(() => {
    if (Number.isFinite(hls.latency) && hls.latency > 0) state.latencies.push(hls.latency)
  }, 1000)
}

function start(url = parameters.get('stream')) {
  startedAt = performance.now()
  video.requestVideoFrameCallback(firstFrame)
  hls.loadSource(url)
  hls.attachMedia(video)
  video.play().catch(() => {})
}

function report() {
  const stats = mesh?.stats
  return {
    ...state,
    playedSeconds: video.currentTime,
    level: hls.currentLevel,
    bandwidthEstimate: hls.bandwidthEstimate,
    peerConnections,
    mesh: stats && {
      ...stats,
      member: mesh.member,
      warnings: state.warnings,
      reasons: mesh.explain().map(({ code }) => code),
    },
  }
}

window.viewer = { hls, mesh, video, start, report, detach: () => detach?.() }
if (parameters.get('start') !== 'manual') start()
