/** A negotiation whose other side is the test. It keeps the turns and the loop count, as GRASP does. @module */
import type { Offer, Outcome } from '@vagus/asa'
import type { Run } from '@vagus/grasp'
import type { MedOffer } from '@vagus/grasp/objectives'
import type { Responder } from '../../src/leases/responder.ts'

export class PaperNegotiation implements Responder<MedOffer> {
  readonly run: Run
  readonly outcome: Promise<Outcome<MedOffer>>
  /** What the responder did, in words. */
  readonly said: string[] = []
  /** The responder's offer that waits for an answer. */
  answer: MedOffer | undefined
  isOver = false
  readonly #outcome = Promise.withResolvers<Outcome<MedOffer>>()
  #offers: Offer<MedOffer>[]
  #taker: PromiseWithResolvers<IteratorResult<Offer<MedOffer>, undefined>> | undefined
  #last: MedOffer
  #loopCount: number
  #turn: 'ours' | 'theirs' = 'theirs'

  constructor(run: Run, first: MedOffer, loopCount = 6) {
    this.run = run
    this.outcome = this.#outcome.promise
    this.outcome.catch(() => undefined)
    this.#last = first
    this.#loopCount = loopCount
    this.#offers = [{ value: first, loopCount }]
  }

  [Symbol.asyncIterator](): AsyncIterator<Offer<MedOffer>, undefined> {
    return {
      next: () => {
        const value = this.#offers.shift()
        if (value !== undefined) return Promise.resolve({ done: false, value })
        if (this.isOver) return Promise.resolve({ done: true, value: undefined })
        this.#taker = Promise.withResolvers()
        return this.#taker.promise
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    }
  }

  offer(value: MedOffer): void {
    this.#checkTurn()
    if (this.#loopCount <= 1) throw new Error('the loop count is used up')
    this.#loopCount--
    this.#turn = 'ours'
    this.answer = value
    this.#last = value
    this.said.push(`offer ${value.med}`)
  }

  wait(): void {
    this.#checkTurn()
    this.said.push('wait')
  }

  accept(): void {
    this.#checkTurn()
    this.said.push('accept')
    this.#end({ outcome: 'accepted', value: this.#last })
  }

  decline(reason?: string): void {
    if (this.isOver) return
    this.said.push(reason ?? '')
    this.#end({ outcome: 'declined', reason })
  }

  /** Of the initiator. */
  agree(): void {
    if (this.isOver || this.#turn === 'theirs') return
    this.#end({ outcome: 'accepted', value: this.#last })
  }

  /** Of the initiator. */
  counter(value: MedOffer): void {
    if (this.isOver || this.#turn === 'theirs') return
    this.#loopCount--
    this.#turn = 'theirs'
    this.#last = value
    this.#give({ value, loopCount: this.#loopCount })
  }

  /** Of the initiator, or of the network. */
  giveUp(how: 'declines' | 'is gone'): void {
    if (this.isOver) return
    this.#end(how === 'declines' ? { outcome: 'declined', reason: undefined } : new Error('noPeer'))
  }

  #give(offer: Offer<MedOffer>): void {
    if (this.#taker === undefined) this.#offers.push(offer)
    else this.#taker.resolve({ done: false, value: offer })
    this.#taker = undefined
  }

  #end(outcome: Outcome<MedOffer> | Error): void {
    this.isOver = true
    if (outcome instanceof Error) this.#outcome.reject(outcome)
    else this.#outcome.resolve(outcome)
    this.#taker?.resolve({ done: true, value: undefined })
  }

  #checkTurn(): void {
    if (this.isOver) throw new Error('the negotiation is over')
    if (this.#turn === 'ours') throw new Error('it is the turn of the other side')
  }
}
