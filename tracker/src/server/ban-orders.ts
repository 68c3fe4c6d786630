import { isBanSubject, type BanSubject } from '../core/bans.js'
import { entryTtlMaxMs } from '../core/fleet/fleet-bounds.js'
import type { Fleet } from '../fleet/fleet.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import type { CoreDriver } from './core-driver.js'

/** Whom a ban names: a member by its id, or everyone who brings a token, by the token's name (`kid/jti`). */
export type BannedParty = { readonly member: string } | { readonly token: string }

const secondsMax = entryTtlMaxMs / 1000

/** Takes an operator's bans to this process, or to all of its fleet. */
export class BanOrders {
  constructor(
    private readonly driver: Pick<CoreDriver, 'tell'>,
    private readonly fleet: Pick<Fleet, 'write'> | undefined,
  ) {}

  /** A ban that this process has made itself, for the others. */
  share(subject: BanSubject, forMs: number): void {
    this.fleet?.write('bans', subject, true, forMs)
  }

  /** @throws PrismeshTrackerError `invalid-options` */
  order(who: BannedParty, seconds: number): void {
    const subject = subjectOf(who)
    if (!Number.isFinite(seconds) || seconds < 0 || seconds > secondsMax) {
      throw new PrismeshTrackerError('invalid-options', `ban: seconds must be from 0 to ${secondsMax}`)
    }
    const forMs = seconds * 1000
    if (!this.fleet) this.driver.tell({ kind: 'ban-set', subject, forMs })
    // A lifted ban is remembered, so that a process that was away does not bring it back.
    else this.fleet.write('bans', subject, forMs === 0 ? null : true, Math.round(forMs) || entryTtlMaxMs)
  }
}

function subjectOf(who: BannedParty): BanSubject {
  const subject = 'member' in who ? `member:${who.member}` : `token:${who.token}`
  if (isBanSubject(subject)) return subject
  throw new PrismeshTrackerError(
    'invalid-options',
    'ban: names neither a member of 40 hex digits nor a token',
  )
}
