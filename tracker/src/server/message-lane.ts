import type { Duplex } from 'node:stream'
import type { MemberSocket } from './member-socket.js'
import { FrameWalk } from './frame-walk.js'
import { isEmptyPong, soleText } from './sole-frame.js'

type DataListener = (this: Duplex, chunk: Buffer) => void

const lane = Symbol('lane')
interface LaneStream extends Duplex {
  [lane]?: MessageLane
}

/** What is known of one stream. It is on the stream, and the listener is shared, since closures are memory for each. */
class MessageLane {
  /** While `ws` is in the middle of something. */
  walk: FrameWalk | undefined

  constructor(
    readonly socket: MemberSocket,
    readonly readByWs: DataListener,
    readonly payloadBytesMax: number,
  ) {}
}

/**
 * Hands messages that arrive in one piece, and the answers to our pings, straight to the socket, and everything else to
 * `ws`: fragments, pings, the close, parts of messages, and what breaks a rule. `ws` sees a stream without those messages.
 * Its own way takes every chunk through a stream of its own, which costs more than all that the tracker does with a short
 * message.
 *
 * @param stream - what `ws` has just begun to read
 */
export function openMessageLane(socket: MemberSocket, stream: Duplex, payloadBytesMax: number): void {
  const [readByWs, ...others] = stream.listeners('data') as DataListener[]
  if (!readByWs || others.length > 0) return
  const laneStream: LaneStream = stream
  laneStream[lane] = new MessageLane(socket, readByWs, payloadBytesMax)
  stream.off('data', readByWs)
  stream.on('data', onData)
}

function onData(this: LaneStream, chunk: Buffer): void {
  const open = this[lane]
  if (!open) return
  const { socket } = open
  const isOurs = open.walk === undefined && socket.readyState === socket.OPEN
  if (isOurs && isEmptyPong(chunk)) return socket.livesOn()
  const text = isOurs ? soleText(chunk, open.payloadBytesMax) : undefined
  if (text) socket.textReceived(text)
  else handOver(this, open, chunk)
}

/** `ws` takes its listener away when it has read what it wants to: then it gets no more. */
function handOver(stream: LaneStream, open: MessageLane, chunk: Buffer): void {
  const { readByWs } = open
  const walk = (open.walk ??= new FrameWalk())
  // Before it is read, and so unmasked.
  walk.pass(chunk)
  if (walk.isBetweenMessages) open.walk = undefined
  stream.on('data', readByWs)
  readByWs.call(stream, chunk)
  if (!stream.listeners('data').includes(readByWs)) stream.off('data', onData)
  stream.off('data', readByWs)
}
