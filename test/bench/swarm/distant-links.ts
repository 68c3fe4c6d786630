import { createSocket, type Socket } from 'node:dgram'
import type { Page } from 'playwright'

/** Where the packets for an address go, so that they take their time. */
type Detour = (address: string, port: number) => Promise<number>

declare global {
  interface Window {
    prismeshBenchDetour: Detour
  }
}

/**
 * Puts a distance between the viewers of one machine: whatever they send each other over WebRTC takes half a round trip longer.
 * Each page is made to believe that the others are at ports of a relay of UDP packets, which sends them on late. (Linux can do
 * this itself, with netem, where the kernel has it.)
 */
export class DistantLinks {
  private readonly sockets = new Set<Socket>()
  private readonly detours = new Map<string, Promise<number>>()

  constructor(private readonly roundTripMs: number) {}

  /** To be called before the page is opened. */
  async apply(page: Page): Promise<void> {
    await page.exposeFunction('prismeshBenchDetour', (address: string, port: number) =>
      this.detour(address, port),
    )
    await page.addInitScript(takeDetours)
  }

  close(): void {
    for (const socket of this.sockets) socket.close()
    this.sockets.clear()
  }

  private detour(address: string, port: number): Promise<number> {
    const key = `${address} ${port}`
    let detour = this.detours.get(key)
    if (detour === undefined) {
      detour = this.openDetour(address, port)
      this.detours.set(key, detour)
    }
    return detour
  }

  /** Who sends to it has a socket of its own there, so that answers find back. */
  private openDetour(address: string, port: number): Promise<number> {
    const front = this.socket()
    const backs = new Map<string, Socket>()
    front.on('message', (packet, from) => {
      const key = `${from.address} ${from.port}`
      let back = backs.get(key)
      if (back === undefined) {
        back = this.socket()
        back.on('message', (answer) => this.sendLate(front, answer, from))
        backs.set(key, back)
      }
      this.sendLate(back, packet, { address, port })
    })
    return new Promise((resolve) => front.bind(0, address, () => resolve(front.address().port)))
  }

  private sendLate(socket: Socket, packet: Buffer, to: { address: string; port: number }): void {
    setTimeout(() => {
      if (this.sockets.has(socket)) socket.send(packet, to.port, to.address)
    }, this.roundTripMs / 2)
  }

  private socket(): Socket {
    const socket = createSocket('udp4')
    this.sockets.add(socket)
    return socket
  }
}

/** Runs in the page: every address that it hears of becomes one of the relay. */
function takeDetours(): void {
  const detoured = async (candidate: string): Promise<string | undefined> => {
    const parts = candidate.split(' ')
    const [, , protocol, , address, port] = parts
    if (protocol?.toLowerCase() !== 'udp' || address === undefined || !/^[\d.]+$/.test(address))
      return undefined
    parts[5] = String(await globalThis.window.prismeshBenchDetour(address, Number(port)))
    return parts.join(' ')
  }
  const connection = RTCPeerConnection.prototype
  // Both are called on the connection itself.
  // oxlint-disable-next-line unbound-method
  const { addIceCandidate, setRemoteDescription } = connection
  connection.addIceCandidate = async function (this: RTCPeerConnection, ice?: RTCIceCandidateInit | null) {
    const told = ice?.candidate ?? ''
    const candidate = told === '' ? told : await detoured(told)
    if (candidate === undefined) return
    const { sdpMid = null, sdpMLineIndex = null } = ice ?? {}
    await Reflect.apply(addIceCandidate, this, [told === '' ? ice : { candidate, sdpMid, sdpMLineIndex }])
  }
  connection.setRemoteDescription = async function (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) {
    const lines: string[] = []
    for (const line of (description.sdp ?? '').split('\r\n')) {
      const candidate = line.startsWith('a=candidate:') ? await detoured(line.slice(2)) : line.slice(2)
      if (candidate !== undefined) lines.push(line.slice(0, 2) + candidate)
    }
    await Reflect.apply(setRemoteDescription, this, [{ type: description.type, sdp: lines.join('\r\n') }])
  }
}
