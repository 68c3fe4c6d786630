/** One end of a channel between two pages: numbered messages as fast as the watermarks allow. */
import { highWatermarkBytes, type Channel } from '../../../../client-sdk/src/ports/channel.js'
import { simplePeerConnector } from '../../../../client-sdk/src/transport/simple-peer-channel.js'
import { systemClock } from '../../../../client-sdk/src/transport/system-clock.js'
import type { Signal } from '../../../../protocol/tracker-messages.js'

export interface ChannelEnd {
  accept(signal: Signal): void
  /** Sends `bytes` with backpressure; resolves when the last of them was given to the channel. */
  send(bytes: number): Promise<SendReport>
  received(): ReceiveReport
}

export interface SendReport {
  /** Times that the buffer was over its high watermark and the sender waited. */
  readonly waits: number
  readonly mostBufferedBytes: number
}

export interface ReceiveReport {
  readonly bytes: number
  /** Bytes that were not the next ones of the sequence. */
  readonly wrongBytes: number
}

const messageBytes = 16_397
/** A prime, so that no loss of a round number of bytes goes unseen. */
const period = 251

function openEnd(initiate: boolean, signal: (signal: Signal) => void): Promise<ChannelEnd> {
  const connector = simplePeerConnector({ iceServers: [], relayOnly: false, clock: systemClock })
  let drained = (): void => {}
  let bytes = 0
  let wrongBytes = 0
  return new Promise((resolve, reject) => {
    const pending = connector.connect(initiate, {
      signal,
      failed: () => reject(new Error('no connection')),
      opened: (channel) => {
        channel.listen({
          received: (chunk) => {
            for (const byte of chunk) {
              if (byte !== bytes % period) wrongBytes += 1
              bytes += 1
            }
          },
          drained: () => drained(),
          closed: () => {},
        })
        resolve(end(channel))
      },
    })
    const end = (channel: Channel): ChannelEnd => ({
      accept: (incoming) => pending.accept(incoming),
      received: () => ({ bytes, wrongBytes }),
      send: async (total) => {
        let waits = 0
        let mostBufferedBytes = 0
        for (let sent = 0; sent < total;) {
          const message = new Uint8Array(Math.min(messageBytes, total - sent))
          for (let index = 0; index < message.length; index += 1) message[index] = (sent + index) % period
          channel.send(message)
          sent += message.length
          mostBufferedBytes = Math.max(mostBufferedBytes, channel.bufferedBytes)
          if (channel.bufferedBytes <= highWatermarkBytes) continue
          waits += 1
          await new Promise<void>((resume) => (drained = resume))
        }
        return { waits, mostBufferedBytes }
      },
    })
    Object.assign(window, { acceptSignal: (incoming: Signal) => pending.accept(incoming) })
  })
}

Object.assign(window, {
  openEnd: async (initiate: boolean) => {
    const { sendSignal } = window as unknown as { sendSignal(signal: Signal): void }
    const channelEnd = await openEnd(initiate, (signal) => sendSignal(signal))
    Object.assign(window, { channelEnd })
  },
})
