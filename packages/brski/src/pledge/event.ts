/** What happens to a pledge, and what it wants done. Attempts are numbered: what is said of an old one is ignored. @module */

/** How far it is. What makes it so is on the disk before the pledge is told of it. */
export type Stage =
  /** It has no voucher. */
  | 'voucher'
  /** It has a voucher, and so knows its domain, but no certificate of it (LDevID). */
  | 'enrol'
  /** It has a certificate, and has neither told so nor heard its settings. */
  | 'settle'
  /** It has all. */
  | 'member'

/** A question to the registrar, or what it is told. */
export type Exchange =
  | 'voucher'
  | 'voucher-status'
  | 'cacerts'
  | 'csrattrs'
  | 'enrol'
  | 'enrol-status'
  | 'settings'
  | 'reenrol'

/** Of a certificate, milliseconds since 1970. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

export type Outcome =
  /** `validity`: of the certificate that came. */
  | { readonly type: 'done'; readonly validity?: Validity }
  /** 202: the same is to be asked again after that many milliseconds. */
  | { readonly type: 'later'; readonly afterMs: number }
  /** 3xx to another origin, which is a place by that name. */
  | { readonly type: 'elsewhere'; readonly place: string }
  | { readonly type: 'refused'; readonly because: string }
  /** What came cannot be believed, such as a voucher with another nonce. */
  | { readonly type: 'unsound'; readonly because: string }

export type PledgeEvent =
  /** A join proxy was heard, or a registrar is known. Milliseconds since 1970; Infinity for ever. */
  | { readonly type: 'heard'; readonly place: string; readonly expiresAt: number }
  | { readonly type: 'gone'; readonly place: string }
  | { readonly type: 'connected'; readonly attempt: number }
  | { readonly type: 'lost'; readonly attempt: number; readonly because: string }
  | {
      readonly type: 'exchanged'
      readonly attempt: number
      readonly exchange: Exchange
      readonly outcome: Outcome
    }
  | { readonly type: 'tick' }

/** What the registrar is told of a voucher or a certificate (RFC 8995 §5.7, §5.9.4). */
export type Verdict = { readonly status: true } | { readonly status: false; readonly reason: string }

export type PledgeEffect =
  | {
      readonly type: 'connect'
      readonly attempt: number
      readonly place: string
      /** Which certificate the pledge shows. */
      readonly as: 'idevid' | 'ldevid'
      /** `provisional`: the server's certificate is taken unseen, and judged by the voucher (RFC 8995 §5.1). */
      readonly trust: 'provisional' | 'domain'
    }
  | { readonly type: 'exchange'; readonly attempt: number; readonly exchange: Exchange; readonly verdict?: Verdict }
  | { readonly type: 'close'; readonly attempt: number }
  /** `request`: the next one is made anew, with another nonce; `voucher`: that, and everything after it. */
  | { readonly type: 'forget'; readonly what: 'request' | 'voucher' }
  | ({ readonly type: 'news' } & News)

/** For people who wait. */
export type News =
  | { readonly what: 'connecting'; readonly place: string }
  | { readonly what: 'failed'; readonly place: string; readonly because: string; readonly nextInMs: number }
  /** The registrar said so: an operator has to accept, or the certificate is not there yet. */
  | { readonly what: 'waiting'; readonly exchange: Exchange; readonly milliseconds: number }
  | { readonly what: 'reached'; readonly stage: Stage }
  | { readonly what: 'renewed' }
  | { readonly what: 'begins anew'; readonly because: string }
