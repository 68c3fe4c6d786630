// The page that tests and benchmarks open: a plain hls.js player, with or without Prismesh, that keeps count.
// URL parameters: stream, mode=plain|prismesh, tracker, consent=yes|no|none|ask, options (JSON for Prismesh), hls (JSON
// for hls.js), start=manual, level=N (the player is held at that rendition), record=yes (hashes of what the loader
// delivers).
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

/** When the tracker took this viewer in, and when it told the first digest of a media sequence, by the wall clock. */
let joinedAt
const digestTold = new Map()
const NativeWebSocket = window.WebSocket
window.WebSocket = class extends NativeWebSocket {
  constructor(...args) {
    super(...args)
    this.addEventListener('message', ({ data }) => noteTold(data))
  }
}

function noteTold(text) {
  if (text.startsWith('{"kind":"joined"')) joinedAt ??= Date.now()
  if (!text.startsWith('{"kind":"digests"')) return
  for (const { segment } of JSON.parse(text).digests) {
    if (!digestTold.has(segment.sequence)) digestTold.set(segment.sequence, Date.now())
  }
}

const state = {
  stalls: 0,
  fatalErrors: [],
  errors: [],
  latencies: [],
  warnings: [],
  linksClosed: [],
  firstFrameMs: undefined,
  startUp: [],
  completions: [],
}
const deliveries = []
/** Birth by media sequence. */
const births = new Map()
let startedAt
let mesh
let detach
let answerConsent

const hls = new Hls(JSON.parse(parameters.get('hls') ?? '{}'))
if (parameters.get('mode') !== 'plain') {
  mesh = new Prismesh({
    tracker: parameters.get('tracker'),
    ...consentOption(parameters.get('consent') ?? 'yes'),
    ...JSON.parse(parameters.get('options') ?? '{}'),
  })
  mesh.on('warning', (warning) => state.warnings.push(warning.code))
  mesh.on('link-closed', ({ code }) => state.linksClosed.push(code))
  detach = mesh.attach(hls)
}
if (parameters.has('record')) recordDeliveries(hls.config)

hls.on(Hls.Events.ERROR, (_event, data) => {
  if (data.fatal) state.fatalErrors.push(data.details)
  else state.errors.push(data.details)
})
if (parameters.has('level')) {
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    hls.loadLevel = Number(parameters.get('level'))
  })
}
/** Steps of the start-up, in their order. */
const steps = [
  'MANIFEST_LOADING',
  'MANIFEST_LOADED',
  'MANIFEST_PARSED',
  'MEDIA_ATTACHED',
  'LEVEL_LOADING',
  'LEVEL_LOADED',
  'FRAG_LOADING',
  'FRAG_LOADED',
  'FRAG_BUFFERED',
]
for (const step of steps) {
  hls.once(Hls.Events[step], () => state.startUp.push({ step, ms: performance.now() - startedAt }))
}
hls.on(Hls.Events.FRAG_LOADED, (_event, { frag }) => {
  if (frag.programDateTime === null || typeof frag.sn !== 'number') return
  const bornAt = frag.programDateTime + frag.duration * 1000
  births.set(frag.sn, bornAt)
  state.completions.push({ bornAt, afterMs: Date.now() - bornAt, level: frag.level })
})
video.addEventListener('waiting', () => {
  if (state.firstFrameMs !== undefined && !video.seeking) state.stalls += 1
})

function consentOption(answer) {
  if (answer === 'none') return {}
  if (answer === 'ask') return { consent: () => new Promise((resolve) => (answerConsent = resolve)) }
  return { consent: answer === 'yes' }
}

/** Wraps whatever loads segments: a buffer must be looked at before hls.js gives it away to its worker. */
function recordDeliveries(settings) {
  const Loader = settings.fLoader ?? settings.loader
  settings.fLoader = class extends Loader {
    load(context, config, callbacks) {
      super.load(context, config, {
        ...callbacks,
        onSuccess(response, ...rest) {
          void noteDelivery(context, response.data.slice(0))
          callbacks.onSuccess(response, ...rest)
        },
      })
    }
  }
}

async function noteDelivery({ url, rangeStart, rangeEnd }, data) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
  deliveries.push({ url, rangeStart, rangeEnd, bytes: data.byteLength, sha256 })
}

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

/** Of segments born before, a viewer is told the digests when it joins. */
function digestDelays() {
  return [...births].flatMap(([sequence, bornAt]) => {
    const told = digestTold.get(sequence)
    return told === undefined || bornAt < joinedAt ? [] : [{ bornAt, afterMs: told - bornAt }]
  })
}

function report() {
  const stats = mesh?.stats
  return {
    ...state,
    digestDelays: digestDelays(),
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

window.viewer = {
  hls,
  mesh,
  video,
  deliveries,
  start,
  report,
  detach: () => detach?.(),
  answerConsent: (agreed) => answerConsent?.(agreed),
}
if (parameters.get('start') !== 'manual') start()
