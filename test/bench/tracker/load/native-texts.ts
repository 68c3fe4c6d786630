import { createHash } from 'node:crypto'

/** What a member of the native protocol says, as the SDK writes it. */

/** A member id that no other number has. */
export function memberOf(number: number): string {
  return createHash('sha1').update(`member ${number}`).digest('hex')
}

export function joinText(stream: string, member: string): string {
  return JSON.stringify({
    kind: 'join',
    version: 1,
    stream,
    member,
    role: 'viewer',
    uploads: true,
    rendition: '720p',
  })
}

/** A description of a link, with the two candidates that are found at once. */
export function descriptionText(type: 'offer' | 'answer', to: string, sdpLength: number): string {
  const signals = [{ type, sdp: sdpOf(sdpLength) }, candidateOf(1), candidateOf(2)]
  return JSON.stringify({ kind: 'signal', to, signals })
}

/** Candidates that were found later, in one message. */
export function lateCandidatesText(to: string): string {
  return JSON.stringify({ kind: 'signal', to, signals: [candidateOf(3), candidateOf(4)] })
}

/** Lines of a session description, as many characters as are wanted. */
export function sdpOf(length: number): string {
  const line = 'a=candidate:842163049 1 udp 1677729535 203.0.113.77 51763 typ srflx raddr 0.0.0.0 rport 0\r\n'
  return `v=0\r\n${line.repeat(Math.ceil(length / line.length))}`.slice(0, length)
}

function candidateOf(number: number) {
  const candidate = `candidate:${number} 1 udp 1677729535 203.0.113.${number} 51763 typ srflx raddr 0.0.0.0 rport 0`
  return { type: 'candidate', candidate: { candidate, sdpMLineIndex: 0, sdpMid: '0' } }
}

const signalStart = '{"kind":"signal","from":"'

/** Sender of a relayed signal and whether it holds an offer; nothing for other messages. Reads no more than it must. */
export function relayedSignal(
  payload: Buffer,
): { from: string; type: 'offer' | 'answer' | 'candidate' } | undefined {
  const head = payload.toString('latin1', 0, 120)
  if (!head.startsWith(signalStart)) return undefined
  const from = head.slice(signalStart.length, signalStart.length + 40)
  const type = head.includes('"type":"offer"')
    ? 'offer'
    : head.includes('"type":"answer"')
      ? 'answer'
      : 'candidate'
  return { from, type }
}

/** Members that a `joined` introduces. */
export function introducedBy(payload: Buffer): string[] {
  const reply = JSON.parse(payload.toString()) as { introductions?: { member: string; initiate: boolean }[] }
  return (reply.introductions ?? []).filter(({ initiate }) => initiate).map(({ member }) => member)
}

/** Members that a roster message says to have left. Reads no more than it must. */
export function leaversOf(payload: Buffer): readonly string[] {
  if (!payload.includes('"kind":"roster"')) return []
  const { gone } = JSON.parse(payload.toString()) as { gone: readonly string[] }
  return gone
}
