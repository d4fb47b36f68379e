/** A UDP router between two agents: forwards, drops, changes its address as a NAT does, and keeps what it saw. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export class Forwarder {
  /** Everything that passed on the client's side, as it was on the wire. */
  readonly seen: Buffer[] = []
  isCut = false
  /** What of the client it drops. */
  drops: (datagram: Buffer) => boolean = () => false
  /** While it is there, what the server sends waits in it. */
  held: Buffer[] | undefined
  readonly #inside: Socket
  #outside: Socket
  #client = 0
  #server: number

  private constructor(inside: Socket, outside: Socket, server: number) {
    this.#inside = inside
    this.#outside = outside
    this.#server = server
    inside.on('message', (datagram, { port }) => {
      this.#client = port
      if (this.isCut || this.drops(datagram)) return
      this.seen.push(datagram)
      this.#outside.send(datagram, this.#server, '127.0.0.1')
    })
    this.#takeBack(outside)
  }

  /** @param server port of the server */
  static async open(server: number): Promise<Forwarder> {
    return new Forwarder(await openSocket(), await openSocket(), server)
  }

  /** Where the client sends to. */
  get port(): number {
    return this.#inside.address().port
  }

  set server(port: number) {
    this.#server = port
  }

  /** From now on the server sees the client at another port. */
  async rebind(): Promise<void> {
    this.#outside.close()
    this.#outside = await openSocket()
    this.#takeBack(this.#outside)
  }

  close(): void {
    this.#inside.close()
    this.#outside.close()
  }

  #takeBack(outside: Socket): void {
    outside.on('message', (datagram) => {
      if (this.held === undefined) this.#toClient(datagram)
      else this.held.push(datagram)
    })
  }

  /** Sends what was held. */
  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const datagram of held) this.#toClient(datagram)
  }

  #toClient(datagram: Buffer): void {
    if (this.isCut || this.#client === 0) return
    this.seen.push(datagram)
    this.#inside.send(datagram, this.#client, '127.0.0.1')
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
