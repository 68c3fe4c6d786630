import { Account, accountRates, type AccountLimits, type AccountRates } from './account.js'
import { idleAccountsMax } from './bounds.js'
import { DueQueue } from './due-queue.js'

/** After so long without use a bucket that fills in a minute is full, and there is nothing left to remember of it. */
const fullAfterMs = 60_000

/**
 * Accounts by name. Those with connections are as many as there are connections; of the others at most
 * `idleAccountsMax` are kept, until all that they used has come back, the newest first.
 */
export class Accounts {
  private readonly byName = new Map<string, Account>()
  private readonly idle: DueQueue<string>

  private readonly rates: AccountRates

  constructor(private readonly limits: AccountLimits) {
    this.rates = accountRates(limits)
    this.idle = new DueQueue<string>(fullAfterMs / (limits.introductionsSustained ?? 1))
  }

  get size(): number {
    return this.byName.size
  }

  /** Counts an attempt to connect; false when there were too many. */
  attempt(now: number, name: string): boolean {
    const account = this.find(now, name)
    if (account.connections === 0) this.rest(now, name)
    return account.joins.take(now)
  }

  /** Counts a connection, which the caller ends with `leave`; nothing when there are as many as there may be. */
  enter(now: number, name: string): Account | undefined {
    const account = this.find(now, name)
    if (account.connections >= this.limits.connectionsMax) return undefined
    account.connections += 1
    this.idle.cancel(name)
    return account
  }

  leave(now: number, name: string): void {
    const account = this.byName.get(name)
    if (!account) return
    account.connections -= 1
    if (account.connections === 0) this.rest(now, name)
  }

  private find(now: number, name: string): Account {
    for (const ended of this.idle.takeDue(now)) this.byName.delete(ended)
    const known = this.byName.get(name)
    if (known) return known
    const account = new Account(this.rates, now)
    this.byName.set(name, account)
    return account
  }

  private rest(now: number, name: string): void {
    this.idle.cancel(name)
    this.idle.add(now, name)
    if (this.idle.size <= idleAccountsMax) return
    const oldest = this.idle.takeFirst()
    if (oldest !== undefined) this.byName.delete(oldest)
  }
}
