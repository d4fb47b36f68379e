/** Sends the flows over UDP: a socket for each, bound to the flow's host and port and connected to the other. @module */
import { createSocket, type Socket } from 'node:dgram'
import type { Account } from './account.ts'
import type { Flow, FlowSink } from './flow.ts'
import { payloadOf } from './payload.ts'

/** Node resolves even an address through DNS code, one turn of the event loop later; ours are addresses already. */
type Lookup = (host: string, options: unknown, done: (error: null, address: string, family: number) => void) => void

export class UdpSender implements FlowSink {
  readonly #account: Account
  readonly #sockets = new Map<number, Socket>()
  #failed = 0
  #unsentOctets = 0

  constructor(account: Account) {
    this.#account = account
  }

  get openFlows(): number {
    return this.#sockets.size
  }

  /** Flows that got no socket, and datagrams that the kernel refused. */
  get failed(): number {
    return this.#failed
  }

  /** Octets of payload that were due and not sent. */
  get unsentOctets(): number {
    return this.#unsentOctets
  }

  open(flow: Flow): void {
    const lookup: Lookup = (host, _options, done) => done(null, host, flow.version)
    const socket = createSocket({ type: flow.version === 4 ? 'udp4' : 'udp6', lookup })
    socket.on('error', () => this.#failed++)
    socket.bind({ address: flow.source, port: flow.sourcePort, exclusive: true })
    if (isBound(socket)) {
      socket.connect(flow.application.port, flow.destination)
      this.#sockets.set(flow.id, socket)
    } else {
      socket.close()
    }
  }

  send(flow: Flow, payload: number): void {
    const socket = this.#sockets.get(flow.id)
    if (socket === undefined) {
      this.#unsentOctets += payload
      return
    }
    socket.send(payloadOf(payload))
    this.#account.sentDatagram(flow.to, flow.version, payload)
  }

  close(flow: Flow): void {
    this.#sockets.get(flow.id)?.close()
    this.#sockets.delete(flow.id)
  }

  closeAll(): void {
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
  }
}

/** Whether the bind, which is done at once with our look-up, went well. */
function isBound(socket: Socket): boolean {
  try {
    return socket.address().port > 0
  } catch {
    return false
  }
}
