import type { Socket, SocketConnector, SocketListener } from './socket.js'

/** The part of the WebSocket API that is used: the browser's class has it, and so has that of the package `ws`. */
export interface WebSocketLike {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  readonly readyState: number
  send(text: string): void
  close(): void
}

export type WebSocketClass = new (url: string, protocols?: string[]) => WebSocketLike

/** `readyState` of an open WebSocket. */
const openState = 1
const closedState = 3

/** Sockets over a WebSocket class: the platform's, or the one given. */
export function webSocketConnector(WebSocketClass?: WebSocketClass): SocketConnector {
  return {
    connect(url, listener, protocols) {
      const socket = new BrowserSocket(listener)
      socket.open(url, protocols, WebSocketClass ?? (globalThis.WebSocket as unknown as WebSocketClass))
      return socket
    },
  }
}

class BrowserSocket implements Socket {
  private state: 'connecting' | 'open' | 'closed' = 'connecting'
  private native: WebSocketLike | undefined

  constructor(private readonly listener: SocketListener) {}

  /** A bad address, mixed content and (in Firefox) a forbidding policy throw; elsewhere they come as events. */
  open(url: string, protocols: readonly string[] | undefined, WebSocketClass: WebSocketClass): void {
    try {
      const native = new WebSocketClass(url, [...(protocols ?? [])])
      this.native = native
      native.binaryType = 'arraybuffer'
      native.onopen = () => this.handleOpen()
      native.onmessage = (event) => this.handleMessage(event.data)
      // A close follows, except in Chromium when a content security policy forbids the address.
      native.onerror = () => {
        if (native.readyState === closedState) this.end()
      }
      native.onclose = () => this.end()
    } catch {
      queueMicrotask(() => this.end())
    }
  }

  send(text: string): void {
    if (this.state !== 'open' || this.native?.readyState !== openState) return
    this.native.send(text)
  }

  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.native?.close()
  }

  private handleOpen(): void {
    if (this.state !== 'connecting') return
    this.state = 'open'
    this.listener.opened()
  }

  private handleMessage(data: unknown): void {
    if (this.state === 'open') this.listener.received(typeof data === 'string' ? data : '')
  }

  private end(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.listener.closed()
  }
}
