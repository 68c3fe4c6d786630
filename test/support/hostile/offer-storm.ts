import { RawClient, loopbackAddress } from '../tracker/raw-client.js'

export interface OfferStormOptions {
  readonly port: number
  readonly stream: string
  /** How many members join, each from an address of its own. */
  readonly members: number
  /** Offers of each to everybody it was introduced to, in each second. */
  readonly offersPerSecond: number
}

/**
 * What Chromium offers for a data channel, so that it is taken for one. Nobody answers at any address: there are no
 * candidates, and the connection stays half open.
 */
const offerSdp = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:half',
  'a=ice-pwd:opened0opened0opened0opened0',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A5').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  '',
].join('\r\n')

/** Members that offer links by the thousand to whomever the tracker introduces, and complete none. */
export class OfferStorm {
  joined = 0
  offers = 0
  /** Offers made to them, which they leave without an answer. */
  unanswered = 0
  readonly refusals = new Map<string, number>()
  private readonly members: { readonly client: RawClient; readonly known: Set<string> }[] = []
  private readonly timers: NodeJS.Timeout[] = []

  constructor(private readonly options: OfferStormOptions) {
    for (let number = 0; number < options.members; number += 1) this.join(number)
    this.timers.push(setInterval(() => this.offerAll(), 1000 / options.offersPerSecond))
    this.timers.push(setInterval(() => this.sayAll({ kind: 'seek', count: 32, except: [] }), 1000))
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer)
    for (const { client } of this.members) client.destroy()
  }

  private join(number: number): void {
    const { port, stream } = this.options
    const known = new Set<string>()
    const client = new RawClient({ host: '127.0.0.1', port, path: '/', from: loopbackAddress(number) })
    this.members.push({ client, known })
    const member = (0xfeed_0000 + number).toString(16).padStart(40, '0')
    client.handlers = {
      answered: (status) => {
        if (status === 101)
          say(client, { kind: 'join', version: 1, stream, member, role: 'viewer', uploads: true })
        else this.refused(String(status))
      },
      message: (payload) => this.heard(JSON.parse(payload.toString()) as Heard, known),
    }
  }

  private heard(message: Heard, known: Set<string>): void {
    if (message.kind === 'joined') this.joined += 1
    if (message.kind === 'error') this.refused(message.code ?? '')
    if (message.kind === 'signal' && message.signals?.some(({ type }) => type === 'offer'))
      this.unanswered += 1
    for (const { member } of message.introductions ?? []) known.add(member)
  }

  private offerAll(): void {
    for (const { client, known } of this.members) {
      for (const to of known) {
        if (!client.isOpen) break
        this.offers += 1
        say(client, { kind: 'signal', to, signals: [{ type: 'offer', sdp: offerSdp }] })
      }
    }
  }

  private sayAll(message: object): void {
    for (const { client } of this.members) if (client.isOpen) say(client, message)
  }

  private refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }
}

interface Heard {
  readonly kind: string
  readonly code?: string
  readonly introductions?: readonly { readonly member: string }[]
  readonly signals?: readonly { readonly type?: string }[]
}

function say(client: RawClient, message: object): void {
  client.send(JSON.stringify(message))
}
