/**
 * Runs a session: passes in packets and the time, and carries away packets and events. Everything of one turn of the
 * event loop leaves together.
 * @module
 */
import type { Route, Session, SessionEvent } from '@vagus/channel'
import { PathMark } from '@vagus/qos'
import type { HostRoute } from '@vagus/transport'
import { type Carried, countPacket } from './carried.ts'
import { clock } from './clock.ts'

/**
 * Deadlines further away than this are met a little late, so that idle sessions share a few timer lists. Milliseconds.
 */
const far = 1000
const lateness = 250
/** Maximum packets per turn; after that others get their turn. */
const maxPacketsAtOnce = 256

/** The owner of the session. */
export interface SessionUser {
  happened(event: SessionEvent): void
  /** A timer of the session ran. */
  ticked(): void
  sessionIsOver(): void
}

export class SessionRunner {
  readonly session: Session
  readonly carried: Carried = { sent: { octets: 0, packets: 0 }, received: { octets: 0, packets: 0 } }
  readonly #user: SessionUser
  readonly #marks: () => 'on' | 'off'
  /** Of the routes that were used since marks are on. */
  #markOf: WeakMap<Route, PathMark> | undefined
  #timer: NodeJS.Timeout | undefined
  #timerAt = Infinity
  #isAwake = false
  #isOver = false
  #sentHooks: (() => void)[] | undefined

  /** @param marks whether packets have the code point of their service now */
  constructor(session: Session, user: SessionUser, marks: () => 'on' | 'off') {
    this.session = session
    this.#marks = marks
    this.#user = user
    this.wake()
  }

  receive(route: Route, packet: Uint8Array): 'accepted' | 'dropped' {
    const what = this.session.receive(route, packet, clock())
    if (what === 'accepted') countPacket(this.carried.received, packet)
    this.#report() // now, so that an answer leaves in this turn with the acknowledgement
    this.wake()
    return what
  }

  /** Reports at once which connection ids to listen for: the next packet may follow the answer in the same turn. */
  begin(): void {
    this.#report()
  }

  /** Something was written, or a path changed. */
  wake(): void {
    if (this.#isAwake || this.#isOver) return
    this.#isAwake = true
    setImmediate(SessionRunner.#runNow, this)
  }

  /** A radio woke, or it is time for what comes from time to time. */
  radioWoke(): void {
    const now = clock()
    if (this.session.deadline() <= now) this.session.tick(now)
    this.wake()
  }

  /** Ends the session and notifies the other side. What waits for a wake of a radio is sent before. */
  close(code: number, reason: string): void {
    if (this.session.sleep.end() === 'something waits') this.#transmit(maxPacketsAtOnce)
    this.session.close(code, reason, clock())
    this.wake()
  }

  /** Calls `done` when what was written so far has been sent, as far as the limits allow. */
  whenSent(done: () => void): void {
    if (this.#isOver) done()
    else {
      ;(this.#sentHooks ??= []).push(done)
      this.wake()
    }
  }

  // Static functions, because each session would otherwise keep its own.
  static readonly #runNow = (runner: SessionRunner): void => runner.#run()
  static readonly #ringNow = (runner: SessionRunner): void => runner.#ring()

  #run(): void {
    if (this.#isOver) return
    this.#report()
    let left = maxPacketsAtOnce
    do left = this.#transmit(left)
    while ((this.#report() || this.#callHooks()) && left > 0)
    this.#isAwake = false
    if (left <= 0) this.wake()
    if (this.session.isOver) this.#end()
    else this.#arm()
  }

  /** Sends pending packets, at most `left`, and returns how many more may follow. */
  #transmit(left: number): number {
    let count = left
    const now = clock()
    const areMarked = this.#marks() === 'on'
    for (let out = this.session.transmit(now); out !== undefined; out = this.session.transmit(now)) {
      const route = out.route as HostRoute // sound: a session only gets routes of this type
      if (areMarked) route.send(out.octets, this.#markFor(route).of(out.class, now))
      else route.send(out.octets)
      countPacket(this.carried.sent, out.octets)
      if (--count <= 0) break
    }
    return count
  }

  #markFor(route: Route): PathMark {
    const marks = (this.#markOf ??= new WeakMap())
    const mark = marks.get(route) ?? new PathMark()
    marks.set(route, mark)
    return mark
  }

  /** Whether there was a hook, which may have written more. */
  #callHooks(): boolean {
    const hooks = this.#sentHooks
    if (hooks === undefined) return false
    this.#sentHooks = undefined
    for (const hook of hooks) hook()
    return true
  }

  /** Whether there were events, whose receivers may have written more. */
  #report(): boolean {
    let isNews = false
    for (let events = this.session.events(); events.length > 0; events = this.session.events()) {
      isNews = true
      for (const event of events) this.#user.happened(event)
    }
    return isNews
  }

  #arm(): void {
    const at = this.session.deadline()
    if (at >= this.#timerAt && this.#timer !== undefined) return // the timer checks again when it fires
    clearTimeout(this.#timer)
    this.#timerAt = at
    if (at === Infinity) return
    const wait = Math.min(Math.max(at - clock(), 0), 2 ** 30)
    const unit = wait < far ? 1 : lateness // of 1.9 ms Node makes 1 ms, too early
    const late = Math.ceil(wait / unit) * unit
    this.#timer = setTimeout(SessionRunner.#ringNow, late, this)
  }

  #ring(): void {
    this.#timer = undefined
    this.#timerAt = Infinity
    const now = clock()
    if (this.session.deadline() <= now) {
      this.session.tick(now)
      this.#user.ticked()
      this.wake()
    } else this.#arm()
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#user.sessionIsOver()
    this.#callHooks()
  }
}
