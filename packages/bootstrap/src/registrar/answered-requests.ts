/**
 * Requests of pledges and what they got. A pledge that asks again with the same octets gets the same voucher, so that an
 * answer lost on the way costs the MASA nothing. A nonce in another request is refused: it is used once.
 * @module
 */
import { createHash } from 'node:crypto'
import { refused, type Refused, times } from '@vagus/brski'

/** Requests kept, each with a voucher of some 2 kB. At the limit the oldest goes: its pledge would get a new voucher. */
const maxAnswered = 1024

interface Answered {
  readonly request: string
  readonly at: number
  readonly voucher: Promise<Uint8Array | Refused | 'later'>
}

export class AnsweredRequests {
  readonly #byNonce = new Map<string, Answered>()

  /**
   * The voucher for the request `cms`, which `fetch` brings unless it was brought before or is being brought now. What
   * was refused or is to come `later` is asked for again.
   */
  async voucherFor(
    pledge: { readonly serialNumber: string; readonly nonce: string; readonly cms: Uint8Array },
    now: number,
    fetch: () => Promise<Uint8Array | Refused | 'later'>,
  ): Promise<Uint8Array | Refused | 'later'> {
    const key = `${pledge.serialNumber} ${pledge.nonce}`
    const request = createHash('sha256').update(pledge.cms).digest('base64')
    const known = this.#byNonce.get(key)
    if (known !== undefined && now - known.at < times.longestWait) {
      if (known.request === request) return known.voucher
      return refused('nonce', 'another request with this nonce was answered before; each attempt needs a new nonce')
    }
    const entry = { request, at: now, voucher: fetch() }
    this.#byNonce.delete(key)
    this.#byNonce.set(key, entry)
    if (this.#byNonce.size > maxAnswered) this.#byNonce.delete(this.#byNonce.keys().next().value!)
    let voucher: Uint8Array | Refused | 'later' | undefined
    try {
      voucher = await entry.voucher
      return voucher
    } finally {
      if (!(voucher instanceof Uint8Array) && this.#byNonce.get(key) === entry) this.#byNonce.delete(key)
    }
  }
}
