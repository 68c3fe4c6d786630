import type { MemberSocket } from './member-socket.js'

/** A round is cut into so many shares, so that 20,000 pings do not leave in one burst. */
const sharesPerRound = 30
/** After the round in which it spoke and two in which a ping went unanswered, a connection is dead. */
const silentRoundsMax = 3

/**
 * Finds connections whose other end is gone without a word. Messages count as life, so only the silent are
 * pinged. One timer visits a share of the sockets at a time.
 */
export class Heartbeat {
  private readonly timer: NodeJS.Timeout
  private round: Iterator<MemberSocket>
  private debt = 0

  constructor(
    private readonly sockets: ReadonlyMap<unknown, MemberSocket>,
    roundMs: number,
  ) {
    this.round = sockets.values()
    this.timer = setInterval(() => this.visitShare(), roundMs / sharesPerRound)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private visitShare(): void {
    // A share may be a fraction of a socket: what is owed adds up until a whole one is due.
    this.debt += this.sockets.size / sharesPerRound
    for (; this.debt >= 1; this.debt -= 1) {
      const socket = this.next()
      if (!socket) return
      visit(socket)
    }
  }

  private next(): MemberSocket | undefined {
    const step = this.round.next()
    if (!step.done) return step.value
    this.round = this.sockets.values()
    const first = this.round.next()
    return first.done ? undefined : first.value
  }
}

function visit(socket: MemberSocket): void {
  if (socket.silentRounds >= silentRoundsMax) return socket.terminate()
  if (socket.silentRounds > 0 && socket.readyState === socket.OPEN) socket.askForLife()
  socket.silentRounds += 1
}
