/**
 * Runs a session: gives it packets and the time, and carries away its packets and events. All that happened in one turn
 * of the event loop leaves together.
 * @module
 */
import type { Route, Session, SessionEvent } from '@vagus/channel'
import type { HostRoute } from '@vagus/transport'
import { clock } from './clock.ts'

/** Packets in one turn; then others have theirs. */
const maxPacketsAtOnce = 512

export class SessionRunner {
  readonly session: Session
  readonly #onEvent: (event: SessionEvent) => void
  readonly #onOver: () => void
  readonly #onTick: () => void
  #timer: NodeJS.Timeout | undefined
  #timerAt = Infinity
  #isAwake = false
  #isOver = false

  constructor(
    session: Session,
    on: { readonly event: (event: SessionEvent) => void; readonly tick: () => void; readonly over: () => void },
  ) {
    this.session = session
    this.#onEvent = on.event
    this.#onTick = on.tick
    this.#onOver = on.over
    this.wake()
  }

  receive(route: Route, packet: Uint8Array): void {
    this.session.receive(route, packet, clock())
    this.wake()
  }

  /** Something was written, or a path changed. */
  wake(): void {
    if (this.#isAwake || this.#isOver) return
    this.#isAwake = true
    setImmediate(this.#run)
  }

  readonly #run = (): void => {
    this.#isAwake = false
    if (this.#isOver) return
    this.#tell()
    let left = maxPacketsAtOnce
    for (let out = this.session.transmit(clock()); out !== undefined; out = this.session.transmit(clock())) {
      ;(out.route as HostRoute).send(out.octets) // every route that we give to a session is one
      if (--left > 0) continue
      this.wake()
      break
    }
    this.#tell()
    if (this.session.isOver) this.#end()
    else this.#arm()
  }

  #tell(): void {
    for (let events = this.session.events(); events.length > 0; events = this.session.events()) {
      for (const event of events) this.#onEvent(event)
    }
  }

  #arm(): void {
    const at = this.session.deadline()
    if (at >= this.#timerAt && this.#timer !== undefined) return // it looks again when it rings
    clearTimeout(this.#timer)
    this.#timerAt = at
    if (at === Infinity) return
    this.#timer = setTimeout(this.#ring, Math.min(Math.max(at - clock(), 0), 2 ** 30))
  }

  readonly #ring = (): void => {
    this.#timer = undefined
    this.#timerAt = Infinity
    const now = clock()
    if (this.session.deadline() <= now) {
      this.session.tick(now)
      this.#onTick()
      this.wake()
    } else this.#arm()
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#onOver()
  }
}
