/** Sends the flows over UDP: a socket for each, bound to the flow's host and port and connected to the other. @module */
import { createSocket, type Socket } from 'node:dgram'
import type { Account } from './account.ts'
import type { Flow, FlowSink } from './flow.ts'
import { payloadOf } from './payload.ts'

/** Milliseconds before a flow without a socket, such as for lack of a route, tries again. */
const retryMilliseconds = 1000

/** Node resolves even an address through DNS code, one turn of the event loop later; ours are addresses already. */
type Lookup = (host: string, options: unknown, done: (error: null, address: string, family: number) => void) => void

interface Association {
  readonly socket: Socket | undefined
  /** Without a socket: on the clock of `performance.now()`. */
  readonly retryAt: number
  readonly sent: (error: Error | null, octets: number) => void
}

export class UdpSender implements FlowSink {
  readonly #account: Account
  readonly #associations = new Map<number, Association>()
  #failed = 0
  #unsentOctets = 0

  constructor(account: Account) {
    this.#account = account
  }

  get openFlows(): number {
    return this.#associations.size
  }

  /** Sockets that could not be opened. */
  get failed(): number {
    return this.#failed
  }

  /** Octets of payload that were due and not sent. */
  get unsentOctets(): number {
    return this.#unsentOctets
  }

  open(flow: Flow): void {
    const socket = connectedSocket(flow)
    if (socket === undefined) this.#failed++
    this.#associations.set(flow.id, {
      socket,
      retryAt: performance.now() + retryMilliseconds,
      sent: (error, octets) => {
        if (error === null) this.#account.sentDatagram(flow.to, flow.version, octets)
      },
    })
  }

  send(flow: Flow, payload: number): void {
    const { socket, retryAt, sent } = this.#associations.get(flow.id)!
    if (socket !== undefined) {
      socket.send(payloadOf(payload), sent)
      return
    }
    this.#unsentOctets += payload
    if (performance.now() >= retryAt) this.open(flow)
  }

  close(flow: Flow): void {
    this.#associations.get(flow.id)?.socket?.close()
    this.#associations.delete(flow.id)
  }

  closeAll(): void {
    for (const { socket } of this.#associations.values()) socket?.close()
    this.#associations.clear()
  }
}

/** `undefined` when the kernel refuses: the port is taken, or there is no route. All is done at once with our look-up. */
function connectedSocket({ version, source, sourcePort, destination, application }: Flow): Socket | undefined {
  const lookup: Lookup = (host, _options, done) => done(null, host, version)
  const socket = createSocket({ type: version === 4 ? 'udp4' : 'udp6', lookup })
  socket.on('error', () => {}) // such as an ICMP error for an earlier datagram; the next is sent all the same
  try {
    socket.bind({ address: source, port: sourcePort, exclusive: true })
    if (socket.address().port !== sourcePort) throw new Error('not bound')
    socket.connect(application.port, destination)
    socket.remoteAddress() // throws when not connected
    return socket
  } catch {
    socket.close()
    return undefined
  }
}
