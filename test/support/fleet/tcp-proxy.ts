import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Passes connections on to the first of its targets that takes them, beginning with another one each time; can be cut. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>()
  private isCut = false
  private turns = 0

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
  ) {
    server.on('connection', (socket) => this.accept(socket))
  }

  static async open(...targets: number[]): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(server, targets)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Ends what is open and takes nothing until it is mended. */
  cut(isCut: boolean): void {
    this.isCut = isCut
    if (isCut) for (const socket of this.sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut(true)
    this.server.close()
    await once(this.server, 'close')
  }

  private accept(socket: Socket): void {
    if (this.isCut) return void socket.destroy()
    this.keep(socket)
    const first = this.turns
    this.turns += 1
    this.reach(socket, first, this.targets.length)
  }

  private reach(socket: Socket, turn: number, tries: number): void {
    const port = this.targets[turn % this.targets.length]
    if (port === undefined || tries === 0) return void socket.destroy()
    const target = connect(port, '127.0.0.1')
    this.keep(target)
    target.once('error', () => this.reach(socket, turn + 1, tries - 1))
    target.once('connect', () => {
      target.removeAllListeners('error').on('error', () => socket.destroy())
      socket.on('error', () => target.destroy())
      socket.once('close', () => target.destroy())
      target.once('close', () => socket.destroy())
      socket.pipe(target).pipe(socket)
    })
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
}
