/** A speaker that listens and one that dials it, restarted again and again, in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Effect,
  type Event,
  hardReset,
  initialSession,
  notification,
  openOf,
  type Session,
  type SessionConfig,
  step,
  type Timer,
} from '../src/index.ts'

const dialling: SessionConfig = {
  localAs: 65000,
  bgpIdentifier: 1,
  peerAs: 65000,
  mode: 'active',
  holdTime: 9,
  families: [{ afi: 16388, safi: 71 }],
  gracefulRestart: { restartTime: 60 },
}
const listening: SessionConfig = { ...dialling, bgpIdentifier: 2, mode: 'passive' }

class End {
  session: Session = initialSession
  readonly timers = new Map<Timer, number>()
  readonly config: SessionConfig
  readonly way: 'dialled' | 'accepted'

  constructor(config: SessionConfig) {
    this.config = config
    this.way = config.mode === 'active' ? 'dialled' : 'accepted'
  }
}

class Pair {
  now = 0
  readonly hub = new End(listening)
  agent = new End(dialling)
  readonly #events: (readonly [End, Event])[] = []

  constructor() {
    this.play(this.hub, { type: 'start' })
  }

  /** Both ends do all that follows at once. */
  play(end: End, event: Event): void {
    this.#events.push([end, event])
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      const [one, happened] = next
      const [session, effects] = step(one.session, happened, one.config, 1)
      one.session = session
      for (const effect of effects) this.#perform(one, effect)
    }
  }

  #perform(end: End, effect: Effect): void {
    const other = end === this.hub ? this.agent : this.hub
    const tell = (message: (Event & { type: 'message' })['message']): unknown =>
      this.#events.push([other, { type: 'message', way: other.way, message }])
    if (effect.type === 'set-timer') end.timers.set(effect.timer, this.now + effect.after)
    else if (effect.type === 'clear-timer') end.timers.delete(effect.timer)
    else if (effect.type === 'send') tell(effect.message)
    else if (effect.type === 'refuse') tell(effect.notification)
    else if (effect.type === 'close') this.#events.push([other, { type: 'closed', way: other.way }])
    else if (effect.type === 'dial')
      for (const one of [end, other]) this.#events.push([one, { type: 'connected', way: one.way }])
  }

  /** Milliseconds that passed. */
  untilEstablished(): number {
    const from = this.now
    while (this.agent.session.state !== 'established') this.pass(Infinity)
    return this.now - from
  }

  /** To the next timer, or so many milliseconds on. */
  pass(most: number): void {
    const due = [this.hub, this.agent].flatMap((end) => [...end.timers].map(([timer, at]) => ({ end, timer, at })))
    const [first] = due.sort((one, other) => one.at - other.at)
    if (first === undefined || first.at > this.now + most) return void (this.now += most)
    this.now = first.at
    first.end.timers.delete(first.timer)
    this.play(first.end, { type: 'timer', timer: first.timer })
  }
}

test('a speaker that is restarted many times is let in each time: at once, or after a refusal within 6 s', () => {
  const pair = new Pair()
  const waits = Array.from({ length: 8 }, (_, restart) => {
    pair.agent = new End(dialling)
    pair.play(pair.agent, { type: 'start' })
    const wait = pair.untilEstablished()
    pair.pass(500)
    pair.play(pair.agent, { type: 'stop' })
    if (restart % 2 === 0) pair.pass(1) // the others come back before the timer runs out
    return wait
  })
  assert.deepEqual(waits, [0, 0, 5000, 0, 5000, 0, 5000, 0])
})

test('what the peer’s operator wanted is no failure, also in a hard reset; one that refuses is asked every 5 s', () => {
  const after = (said: ReturnType<typeof notification>): readonly [number, number | undefined] => {
    const received = { type: 'message', way: 'dialled', message: said } as const
    let session: Session = initialSession
    let effects: readonly Effect[] = []
    const open = { ...received, message: openOf(listening) }
    for (const event of [{ type: 'start' }, { type: 'connected', way: 'dialled' }, open, received] as const)
      [session, effects] = step(session, event, dialling, 1)
    const wait = effects.find((effect) => effect.type === 'set-timer' && effect.timer === 'idle-hold')
    return [session.failures, wait?.type === 'set-timer' ? wait.after : undefined]
  }
  for (const subcode of [2, 3, 4]) {
    assert.deepEqual(after(notification(6, subcode)), [0, 1000])
    assert.deepEqual(after(hardReset(notification(6, subcode))), [0, 1000])
  }
  assert.deepEqual(after(notification(6, 5)), [0, 5000])
  assert.deepEqual(after(notification(6, 1)), [1, 1000])
  assert.deepEqual(after(notification(3, 2)), [1, 1000])
})
