import { shareWords } from '../dom/byte-words.js'
import type { Trouble } from '../player/live-player.js'
import type { Reason } from './mesh-session.js'

/** What the page is told of, to say in one sentence how things stand. */
export interface Situation {
  /** The viewer's answer; undefined while the question is open. */
  readonly consent: boolean | undefined
  readonly switchedOff: boolean
  readonly failure: string | undefined
  readonly links: number
  readonly offload: number
  readonly reasons: readonly Reason[]
  readonly trouble: Trouble | undefined
  readonly paused: boolean
}

/** One sentence, a second one, and how good it is. `name` is what tests and styles go by. */
export interface PageState {
  readonly name:
    | 'cdn-failing'
    | 'paused'
    | 'off'
    | 'sdk-failed'
    | 'asking'
    | 'declined'
    | 'tracker-lost'
    | 'not-possible'
    | 'looking'
    | 'sharing'
    | 'alone'
  readonly tone: 'good' | 'wait' | 'quiet' | 'warn' | 'bad'
  readonly headline: string
  readonly detail: string
}

/** The SDK's codes for what no patience mends. */
const lastingObstacles: ReadonlySet<string> = new Set(['no-webrtc', 'stream-unnamed', 'faulted', 'disabled'])

/** The most pressing thing comes first: a picture that stops matters more than who sends it. */
export function pageState(situation: Situation): PageState {
  const { trouble, links, paused, switchedOff, failure, consent } = situation
  const neighbours = links === 1 ? 'one viewer' : `${links} viewers`
  if (trouble) return cdnFailing(trouble, links, neighbours)
  if (switchedOff) {
    return state('off', 'quiet', 'Prismesh is off', 'This is plain hls.js. Everything comes from the CDN.')
  }
  if (failure !== undefined) {
    const detail = `The video plays without it, from the CDN. It said: ${failure}`
    return state('sdk-failed', 'bad', 'Prismesh could not start', detail)
  }
  if (consent === undefined) {
    return state('asking', 'wait', 'Watching from the CDN', 'Nothing is shared before you have answered.')
  }
  if (paused) return state('paused', 'quiet', 'Paused', 'Press play to go on, near the live edge.')
  if (!consent) {
    const detail = 'Everything comes from the CDN. You can change your answer at any time.'
    return state('declined', 'quiet', 'Watching without sharing', detail)
  }
  return sharingState(situation, neighbours)
}

function cdnFailing(trouble: Trouble, links: number, neighbours: string): PageState {
  const headline = trouble.cdn ? 'The CDN is failing' : 'The video does not play well'
  const help = links > 0 ? ` Linked with ${neighbours}, who may still have it.` : ' Trying again.'
  return state('cdn-failing', 'bad', headline, `${trouble.words}.${help}`)
}

function sharingState({ links, offload, reasons }: Situation, neighbours: string): PageState {
  const reason = reasons[0]
  if (reasons.some(({ code }) => code === 'tracker-unreachable' || code === 'tracker-refused')) {
    const detail =
      links > 0
        ? `Sharing goes on with the ${neighbours} already linked.`
        : 'Watching from the CDN until it answers.'
    return state('tracker-lost', 'warn', 'The tracker does not answer', detail)
  }
  if (links === 0 && reason && lastingObstacles.has(reason.code)) {
    return state('not-possible', 'warn', 'Watching from the CDN', reason.message)
  }
  if (links === 0 && reason && (reason.code === 'tracker-connecting' || reason.code === 'no-link-yet')) {
    return state('looking', 'wait', 'Looking for other viewers', reason.message)
  }
  if (links === 0) {
    const detail = 'Nobody else to share with yet. Open another viewer and watch them find each other.'
    return state('alone', 'wait', 'Ready to share', detail)
  }
  const detail =
    offload > 0
      ? `${shareWords(offload)} of your video came from other viewers in the last two minutes.`
      : 'So far your video came from the CDN: this viewer has been fetching for the others, or has just come.'
  return state('sharing', 'good', `Sharing with ${neighbours}`, detail)
}

function state(
  name: PageState['name'],
  tone: PageState['tone'],
  headline: string,
  detail: string,
): PageState {
  return { name, tone, headline, detail }
}
