/** Runs one attempt: joins the engine to sockets and time. @module */
import {
  familyOf,
  type Offer,
  type OutgoingProbe,
  type ProbeBudget,
  Punch,
  type PunchState,
  type TransportAddress,
} from '@vagus/nat'
import {
  channelCrypto,
  type HostRoute,
  type OpenUdp,
  openUdp,
  randomOctets,
  type RouteReceiver,
} from '@vagus/transport'
import { clock } from '../link/clock.ts'
import { remoteOf } from './place.ts'

/** Milliseconds for which an end that has its answer still answers the other, and waits for its path. */
const answersFor = 3000

export interface AttemptOptions {
  readonly own: Offer
  readonly peer: Offer
  readonly sockets: readonly OpenUdp[]
  readonly budget: ProbeBudget
  readonly receiver: RouteReceiver
  /** By `clock`. */
  readonly startAt: number
  /** It found a way, or found none; called once. */
  readonly decided: (state: PunchState, route: HostRoute | undefined) => void
  /** Nothing is expected for it any more. */
  readonly over: () => void
}

export class Attempt {
  readonly #options: AttemptOptions
  readonly #punch: Punch
  /** By the numbers that the engine gives; those beyond the first ones are opened for a search. */
  readonly #sockets: (OpenUdp | Promise<OpenUdp | undefined> | undefined)[]
  readonly #byText = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  /** By `clock`, once it has found a way. */
  #endAt: number | undefined
  #isDecided = false
  #isOver = false

  constructor(options: AttemptOptions) {
    const { own, peer, sockets, budget, startAt } = options
    this.#options = options
    this.#sockets = [...sockets]
    for (const [number, { text }] of sockets.entries()) this.#byText.set(text, number)
    this.#punch = new Punch({
      own,
      peer,
      sockets: sockets.map(({ local }) => familyOf(local)),
      crypto: channelCrypto,
      budget,
      seed: randomOctets(32),
      startAt,
    })
  }

  /** Apart from the constructor, because it may be over at once, and its owner must know of it before. */
  begin(): void {
    this.#run()
  }

  /** A packet with the id of this end. */
  packet(route: HostRoute, packet: Uint8Array): void {
    const socket = this.#byText.get(route.local)
    const from = remoteOf(route)
    if (socket === undefined || from === undefined || this.#isOver) return
    this.#send(this.#punch.received(socket, from, packet, clock()))
    this.#run()
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#punch.end()
    this.#decide()
    for (const socket of this.#sockets) void Promise.resolve(socket).then((opened) => opened?.release())
    this.#options.over()
  }

  #run(): void {
    if (this.#isOver) return
    clearTimeout(this.#timer)
    this.#send(this.#punch.due(clock()))
    this.#decide()
    const { state, deadline } = this.#punch
    if (state.type === 'failed') return this.end()
    if (state.type === 'open') this.#endAt ??= clock() + answersFor // whatever still comes
    const wait = Math.max(0, (this.#endAt ?? deadline) - clock())
    this.#timer = setTimeout(() => (state.type === 'open' ? this.end() : this.#run()), wait).unref()
  }

  #decide(): void {
    const { state } = this.#punch
    if (this.#isDecided || state.type === 'trying') return
    this.#isDecided = true
    const socket = state.type === 'open' ? this.#sockets[state.socket] : undefined
    const isOpen = state.type === 'open' && socket !== undefined && !(socket instanceof Promise)
    this.#options.decided(state, isOpen ? socket.routeTo(state.to) : undefined)
  }

  #send(probes: readonly OutgoingProbe[]): void {
    for (const { socket: number, to, octets } of probes) {
      const socket = this.#sockets[number]
      if (socket === undefined) this.#openFor(number, to, octets)
      else if (!(socket instanceof Promise)) socket.send(octets, to)
    }
  }

  /** One more socket at the address of the first of its family. */
  #openFor(number: number, to: TransportAddress, octets: Uint8Array): void {
    const [like] = this.#options.sockets.filter(({ local }) => familyOf(local) === familyOf(to))
    if (like === undefined) return
    this.#sockets[number] = openUdp(like.local.host, this.#options.receiver).then(
      (socket) => {
        this.#sockets[number] = socket
        if (this.#isOver) socket.release()
        else {
          this.#byText.set(socket.text, number)
          socket.send(octets, to)
        }
        return socket
      },
      () => undefined, // no descriptors are left: the search has fewer
    )
  }
}
