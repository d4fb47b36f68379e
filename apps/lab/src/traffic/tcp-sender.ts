/**
 * Sends the flows over TCP, each over a connection of its own; a packet of the plan is a write, and with Nagle's
 * algorithm (RFC 9293 §3.7.4) off nearly always a segment.
 * @module
 */
import { connect, type Socket } from 'node:net'
import type { Account } from './account.ts'
import type { Flow, FlowSink } from './flow.ts'
import { payloadOf } from './payload.ts'

/** Octets that may wait for the kernel on a connection; above it due traffic is not sent. */
const maxWaiting = 32_768
/** Packets that may wait for a connection to open. */
const maxBeforeOpen = 32
/** A connection that breaks is opened again for the rest of its flow, not sooner than this. */
const retryMilliseconds = 1000
/** A peer that does not answer within this is given up, when opening and when closing. */
const patienceMilliseconds = 5000

interface Connection {
  socket: Socket
  /** Payloads that wait for it to open. */
  readonly waiting: number[]
  state: 'opening' | 'open' | 'broken'
  /** When broken: on the clock of `performance.now()`. */
  retryAt: number
}

export class TcpSender implements FlowSink {
  readonly #account: Account
  readonly #connections = new Map<number, Connection>()
  /** Those that are closing. */
  readonly #closing = new Set<Socket>()
  #failed = 0
  #unsentOctets = 0

  constructor(account: Account) {
    this.#account = account
  }

  get openFlows(): number {
    return this.#connections.size
  }

  /** Connections that did not open, or broke. */
  get failed(): number {
    return this.#failed
  }

  /** Octets of payload that were due and not sent. */
  get unsentOctets(): number {
    return this.#unsentOctets
  }

  open(flow: Flow): void {
    this.#connections.set(flow.id, this.#connect(flow, flow.sourcePort))
  }

  send(flow: Flow, payload: number): void {
    let connection = this.#connections.get(flow.id)
    if (connection === undefined) throw new RangeError(`flow ${flow.id} is not open`)
    if (connection.state === 'broken' && performance.now() >= connection.retryAt) {
      connection = this.#connect(flow, 0)
      this.#connections.set(flow.id, connection)
    }
    const { state, socket, waiting } = connection
    if (state === 'opening' && waiting.length < maxBeforeOpen) waiting.push(payload)
    else if (state === 'open' && socket.writableLength < maxWaiting) this.#write(flow, socket, payload)
    else this.#unsentOctets += payload
  }

  close(flow: Flow): void {
    const connection = this.#connections.get(flow.id)
    this.#connections.delete(flow.id)
    if (connection === undefined || connection.state === 'broken') return
    const { socket } = connection
    this.#closing.add(socket)
    if (connection.state === 'open') this.#end(flow, socket)
    else socket.once('connect', () => this.#end(flow, socket))
  }

  closeAll(): void {
    for (const { socket } of this.#connections.values()) socket.destroy()
    for (const socket of this.#closing) socket.destroy()
    this.#connections.clear()
  }

  #connect(flow: Flow, localPort: number): Connection {
    const { source, destination, application, to, version } = flow
    const socket = connect({
      host: destination,
      port: application.port,
      localAddress: source,
      localPort,
      family: version,
      noDelay: true,
    })
    const connection: Connection = { socket, waiting: [], state: 'opening', retryAt: 0 }
    socket.setTimeout(patienceMilliseconds, () => {
      if (connection.state === 'opening') socket.destroy()
    })
    socket.on('connect', () => {
      connection.state = 'open'
      socket.setTimeout(0)
      this.#account.connected(to, version)
      for (const payload of connection.waiting.splice(0)) this.#write(flow, socket, payload)
    })
    socket.on('error', () => {}) // 'close' follows, and counts it
    socket.on('close', () => {
      const ended = this.#closing.delete(socket) && connection.state === 'open'
      if (ended) return
      this.#failed++
      for (const payload of connection.waiting.splice(0)) this.#unsentOctets += payload
      connection.state = 'broken'
      connection.retryAt = performance.now() + retryMilliseconds
    })
    socket.resume() // only the other end's FIN arrives
    return connection
  }

  #write(flow: Flow, socket: Socket, payload: number): void {
    socket.write(payloadOf(payload))
    this.#account.sentSegment(flow.to, flow.version, payload)
  }

  #end(flow: Flow, socket: Socket): void {
    this.#account.closed(flow.to, flow.version)
    socket.setTimeout(patienceMilliseconds, () => socket.destroy())
    socket.end()
  }
}
