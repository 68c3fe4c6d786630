import type { UploadRule } from '../../protocol/tracker-messages.js'
import type { ConsentState } from './consent.js'
import type { UploadObstacle } from './device.js'
import type { UploadLimit } from './engine/uploads.js'

/** Why sharing is, or is not, happening now. Each code is a step on the way, or something that stands in it. */
export type ExplanationCode =
  | 'closed'
  | 'switched-off-by-page'
  | 'disabled'
  | 'no-consent'
  | 'consent-pending'
  | 'no-webrtc'
  | 'not-attached'
  | 'no-stream'
  | 'stream-unnamed'
  | 'faulted'
  | 'p2p-off'
  | 'few-viewers'
  | 'tracker-connecting'
  | 'tracker-unreachable'
  | 'tracker-refused'
  | 'alone'
  | 'no-link-yet'
  | 'p2p-draining'
  | 'sharing'
  | 'not-uploading'
  | 'upload-lowered'
  | 'save-data'
  | 'cellular'
  | 'battery-low'
  | 'upload-hidden'
  | 'session-cap-reached'
  | 'ratio-reached'
  | 'buffer-low'
  | 'round-trips-rise'
  | 'page-hidden'
  | 'unchecked'
  | 'signatures-unchecked'
  | 'no-digests'
  | 'digests-missing'

/** One reason, for a support page or a console. */
export interface Explanation {
  readonly code: ExplanationCode
  /** A sentence for people; may change between versions. */
  readonly message: string
}

/** How far the session of a player has come. `idle`: there is nothing to share yet, or none may be started. */
export type SessionPhase =
  'idle' | 'unnamed' | 'faulted' | 'connecting' | 'unreachable' | 'refused' | 'joined'

/** Everything that the reasons follow from. */
export interface Situation {
  /** What rules sharing out for the whole page, whatever consent and player say. */
  readonly power: 'on' | 'closed' | 'switched-off-by-page' | 'disabled'
  readonly consent: ConsentState
  readonly webrtc: 'available' | 'missing'
  /** Attached players. */
  readonly players: number
  readonly phase: SessionPhase
  /** Other members in the cell. */
  readonly others: number
  readonly links: number
  /** Why nothing is uploaded; `capped` means that the page set a cap of 0. */
  readonly uploadObstacle: UploadObstacle | 'capped' | undefined
  /** What holds uploads back for now, or for good, beside the cap on their rate. */
  readonly uploadLimit: UploadLimit | undefined
  /** What the tracker's operator decided for the stream. */
  readonly p2p: 'on' | 'drain' | 'off'
  /** P2P is off because too few watch the stream. */
  readonly fewViewers: boolean
  /** The operator's cap on uploads is below the page's. */
  readonly uploadsLowered: boolean
  readonly page: 'visible' | 'hidden'
  /** Whether what neighbours give is checked: it is not where the page says so, and cannot be without digests. */
  readonly integrity: 'checked' | 'signatures-unchecked' | 'off' | 'no-digests' | 'digests-missing'
}

const messages: Readonly<Record<ExplanationCode, string>> = {
  closed: 'This Prismesh was closed.',
  'switched-off-by-page': 'The page was opened with ?prismesh=off.',
  disabled: 'The page set the option enabled to false.',
  'no-consent': 'The viewer has not agreed to share: set the option consent, or call setConsent(true).',
  'consent-pending': 'The page is still asking the viewer for consent.',
  'no-webrtc': 'This browser has no WebRTC, or it is blocked here.',
  'not-attached':
    'No player is attached: call attach(hls) before hls.loadSource(). Where the browser plays HLS without hls.js nothing is shared.',
  'no-stream': 'No stream is loaded yet: call hls.loadSource().',
  'stream-unnamed': 'The playlist has no http(s) URL, and the option streamId gives no name for it.',
  faulted: 'Prismesh met a bug of its own and left this stream to the CDN.',
  'p2p-off': 'The operator of the tracker has switched sharing off for this stream.',
  'few-viewers': 'Too few watch this stream for sharing, by what the operator of the tracker set.',
  'tracker-connecting': 'The tracker is being asked for neighbours.',
  'tracker-unreachable': 'The tracker does not answer; it is tried again and again.',
  'tracker-refused': 'The tracker does not admit this page or token.',
  alone: 'Nobody else nearby watches this stream.',
  'no-link-yet': 'Others watch this stream, and the first link to one of them is being made.',
  'p2p-draining': 'The operator of the tracker lets no new links come about on this stream.',
  sharing: 'Segments are shared with neighbours.',
  'not-uploading': 'Nothing is uploaded: one of the options that cap it is 0.',
  'upload-lowered': 'The operator of the tracker has lowered the cap on uploads for this stream.',
  'save-data': 'Nothing is uploaded: the browser is set to save data.',
  cellular: 'Nothing is uploaded: the device is on a cellular network.',
  'battery-low': 'Nothing is uploaded: the battery is low and not charging.',
  'upload-hidden': 'Nothing is uploaded: the page is hidden, and the option uploadWhenHidden is false.',
  'session-cap-reached':
    'Nothing more is uploaded: as much as the option uploadBytesMax allows has been given.',
  'ratio-reached':
    'Uploads wait: as much as the option uploadRatioMax allows for what was watched has been given.',
  'buffer-low': 'Less is uploaded: the player is about to run out of video.',
  'round-trips-rise': 'Less is uploaded: packets take longer than before, so the line is full.',
  'page-hidden': 'The page is hidden, so the browser slows it down.',
  unchecked: 'What neighbours give is not checked: the option integrity is off.',
  'signatures-unchecked':
    'This browser cannot check signatures (Ed25519): neighbours are checked by what the tracker says, whoever signed it.',
  'no-digests':
    'Nothing is shared: the tracker has no digests of this stream to check neighbours by. Give it a witness rule for the stream, or digests of its publisher; or set the option integrity to off, where every viewer is known.',
  'digests-missing':
    'Nothing is shared: the tracker has promised digests of this stream, and none have come of late. Its log says whether its witness reaches the stream; on-demand streams have none.',
}

/** The reasons, most important first; at least one. A reason that rules everything else out stands alone. */
export function explain(situation: Situation): readonly Explanation[] {
  const obstacle = findObstacle(situation)
  const codes = obstacle ? [obstacle] : [progressOf(situation), ...remarksOn(situation)]
  return codes.map((code) => ({ code, message: messages[code] }))
}

/** Why the viewer gives nothing, or less than its line would carry; undefined while nothing speaks against giving. */
export function whyNotGiving(situation: Situation): ExplanationCode | undefined {
  return findObstacle(situation) ?? uploadRule(situation)
}

/** The rule that holds the uploads of a running session back. */
export function uploadRule(
  situation: Pick<Situation, 'p2p' | 'fewViewers' | 'uploadObstacle' | 'uploadLimit' | 'uploadsLowered'>,
): UploadRule | undefined {
  const { p2p, fewViewers, uploadObstacle, uploadLimit, uploadsLowered } = situation
  if (p2p === 'off') return fewViewers ? 'few-viewers' : 'p2p-off'
  if (uploadObstacle !== undefined) return codeOf(uploadObstacle)
  return uploadLimit ?? (uploadsLowered ? 'upload-lowered' : undefined)
}

function codeOf(obstacle: NonNullable<Situation['uploadObstacle']>) {
  return obstacle === 'capped' ? 'not-uploading' : obstacle
}

function findObstacle(situation: Situation): ExplanationCode | undefined {
  if (situation.power !== 'on') return situation.power
  if (situation.consent === 'refused') return 'no-consent'
  if (situation.webrtc === 'missing') return 'no-webrtc'
  if (situation.players === 0) return 'not-attached'
  if (situation.consent === 'pending') return 'consent-pending'
  if (situation.phase === 'idle') return 'no-stream'
  if (situation.phase === 'unnamed') return 'stream-unnamed'
  if (situation.phase === 'faulted') return 'faulted'
  return situation.p2p === 'off' ? uploadRule(situation) : undefined
}

function progressOf({ phase, others, links, p2p, integrity }: Situation): ExplanationCode {
  // Links outlive the tracker: whatever became of it, what flows now counts.
  if (links > 0) return uncheckable(integrity) ?? 'sharing'
  if (phase === 'unreachable') return 'tracker-unreachable'
  if (phase === 'refused') return 'tracker-refused'
  if (phase === 'connecting') return 'tracker-connecting'
  if (others === 0) return 'alone'
  return p2p === 'drain' ? 'p2p-draining' : 'no-link-yet'
}

function remarksOn(situation: Situation): ExplanationCode[] {
  const remarks: ExplanationCode[] = []
  if (situation.links > 0 && situation.phase === 'unreachable') remarks.push('tracker-unreachable')
  if (situation.links > 0 && situation.p2p === 'drain') remarks.push('p2p-draining')
  if (situation.uploadObstacle) remarks.push(codeOf(situation.uploadObstacle))
  else {
    if (situation.uploadsLowered) remarks.push('upload-lowered')
    if (situation.uploadLimit) remarks.push(situation.uploadLimit)
  }
  if (situation.page === 'hidden') remarks.push('page-hidden')
  if (situation.links > 0 && situation.integrity === 'off') remarks.push('unchecked')
  if (situation.links > 0 && situation.integrity === 'signatures-unchecked')
    remarks.push('signatures-unchecked')
  const reason = uncheckable(situation.integrity)
  if (situation.links === 0 && reason) remarks.push(reason)
  return remarks
}

/** Why nothing that neighbours give is of use. */
function uncheckable(integrity: Situation['integrity']): 'no-digests' | 'digests-missing' | undefined {
  return integrity === 'no-digests' || integrity === 'digests-missing' ? integrity : undefined
}
