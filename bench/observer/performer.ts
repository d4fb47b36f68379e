/** Does tasks over whatever carries streams: each message is written when the one before it allows. @module */
import type { TrafficClass } from '../../packages/channel/src/index.ts'
import type { Call, Message, Task } from './tasks.ts'

export type Side = Call['by']
export const otherOf = (side: Side): Side => (side === 'agent' ? 'peer' : 'agent')

/** Simulated time, and streams in it. It calls `arrived` for what its streams deliver. */
export interface Carrier {
  /** Milliseconds. */
  readonly now: number
  at(time: number, run: () => void): void
  open(by: Side, name: TrafficClass): number
  write(stream: number, from: Side, octets: number, then: 'more' | 'fin'): void
  datagram(from: Side, name: TrafficClass, octets: number): void
}

/** What one side waits for on a stream. */
interface Inbox {
  octets: number
  awaited: { readonly octets: number; readonly run: () => void } | undefined
}

export class Performer {
  readonly #carrier: Carrier
  readonly #inboxes = new Map<string, Inbox>()

  constructor(carrier: Carrier) {
    this.#carrier = carrier
  }

  /** `at` is to receive so many further octets of a stream. */
  arrived(stream: number, at: Side, octets: number): void {
    const inbox = this.#inbox(stream, at)
    inbox.octets += octets
    const { awaited } = inbox
    if (awaited === undefined || inbox.octets < awaited.octets) return
    inbox.awaited = undefined
    awaited.run()
  }

  /** Begins `task` now. `done`: its last message has arrived. */
  perform([call, ...others]: Task, done: () => void): void {
    if (call === undefined) done()
    else this.#call(call, () => this.perform(others, done))
  }

  #call(call: Call, done: () => void): void {
    const { messages, by } = call
    const written = { caller: 0, called: 0 }
    let stream: number | undefined
    const sideOf = ({ from }: Message): Side => (from === 'caller' ? by : otherOf(by))
    const step = (at: number): void => {
      const message = messages[at]
      if (message === undefined) done()
      else this.#carrier.at(this.#carrier.now + message.pause, () => send(message, at))
    }
    const send = (message: Message, at: number): void => {
      const { from, octets } = message
      const next = messages[at + 1]
      if (call.over === 'datagrams') {
        this.#carrier.datagram(by, call.class, octets)
        step(at + 1)
        return
      }
      const id = (stream ??= this.#carrier.open(by, call.class))
      written[from] += octets
      const isLast = !messages.slice(at + 1).some((later) => later.from === from)
      if (next?.from === from) step(at + 1)
      else this.#await(id, otherOf(sideOf(message)), written[from], () => step(at + 1))
      this.#carrier.write(id, sideOf(message), octets, isLast ? 'fin' : 'more')
    }
    step(0)
  }

  #await(stream: number, at: Side, octets: number, run: () => void): void {
    this.#inbox(stream, at).awaited = { octets, run }
  }

  #inbox(stream: number, at: Side): Inbox {
    const key = `${stream} ${at}`
    const inbox = this.#inboxes.get(key) ?? { octets: 0, awaited: undefined }
    this.#inboxes.set(key, inbox)
    return inbox
  }
}
