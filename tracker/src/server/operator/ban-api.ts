import * as v from 'valibot'
import type { BanEntry } from '../../core/bans.js'
import { PrismeshTrackerError } from '../../tracker-error.js'
import type { BannedParty } from '../ban-orders.js'
import type { ApiAnswer } from './api-answer.js'
import { decoded } from './decoded.js'

export const bansPath = '/operator/bans'

/** Bans in one answer: those that end last of a tracker that has more. */
const bansListedMax = 1000

const banBody = v.strictObject({ seconds: v.number() })

export interface BanDesk {
  list(): readonly BanEntry[]
  /** @throws PrismeshTrackerError when it names nobody, or the time is out of its range */
  order(who: BannedParty, seconds: number): void
}

/** `GET /operator/bans`. */
export function listBans(desk: BanDesk): object {
  const all = desk.list()
  const bans = all
    .toSorted((one, other) => other.endsInMs - one.endsInMs)
    .slice(0, bansListedMax)
    .map(({ subject, endsInMs }) => ({ ...partyOf(subject), secondsLeft: Math.ceil(endsInMs / 1000) }))
  return { bans, total: all.length }
}

/** `PUT` and `DELETE` of `/operator/bans/member/{id}` and `/operator/bans/token/{name}`; a `body` is of a `PUT`. */
export function changeBan(desk: BanDesk, path: string, body: unknown): ApiAnswer {
  const who = partyNamed(path.slice(bansPath.length + 1))
  if (!who) return { status: 404, body: { error: 'not-found' } }
  const asked =
    body === undefined ? ({ success: true, output: { seconds: 0 } } as const) : v.safeParse(banBody, body)
  if (!asked.success) {
    return { status: 400, body: { error: 'ban-invalid', detail: 'the body is {"seconds": n}' } }
  }
  try {
    desk.order(who, asked.output.seconds)
  } catch (error) {
    if (!(error instanceof PrismeshTrackerError)) throw error
    return { status: 400, body: { error: 'ban-invalid', detail: error.message } }
  }
  return { status: 200, body: { ...who, seconds: asked.output.seconds } }
}

function partyNamed(text: string): BannedParty | undefined {
  const [kind, encoded = '', ...more] = text.split('/')
  if (more.length > 0) return undefined
  const name = decoded(encoded)
  if (name === undefined) return undefined
  return kind === 'member' ? { member: name } : kind === 'token' ? { token: name } : undefined
}

function partyOf(subject: BanEntry['subject']): BannedParty {
  const name = subject.slice(subject.indexOf(':') + 1)
  return subject.startsWith('member:') ? { member: name } : { token: name }
}
