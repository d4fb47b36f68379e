/** @module */
import type { Certificate, CertificateRequest, StatusReport } from '@vagus/brski'
import type { JsonValue } from '@vagus/identity'
import type { Issuer } from '@vagus/pki'
import type { BodyEncoding } from '../registrar/options.ts'

export interface ConnectOptions {
  readonly host: string
  readonly port: number
  /** The IDevID, or the LDevID once there is one. */
  readonly client: Issuer
  /** `provisional`: anything, until `checkVoucher` says otherwise. Else the anchors of the domain. */
  readonly trust: 'provisional' | readonly Certificate[]
  /** Milliseconds that a step may take without progress (RFC 8995 §5.1: 5 s). */
  readonly timeout: number
  readonly bodyEncoding?: BodyEncoding
}

/** What a server answers. */
export interface Answer {
  readonly status: number
  /** Seconds of Retry-After, uncapped. */
  readonly retryAfterSeconds: number | undefined
  /** URL of a redirection. */
  readonly location: string | undefined
  readonly body: Uint8Array
}

/** One TLS connection to a registrar: requests go over it one after the other. All calls reject once it is closed. */
export interface RegistrarConnection {
  /** The chain that the server showed, its own certificate first. */
  readonly server: readonly [Certificate, ...Certificate[]]
  requestVoucher(cms: Uint8Array): Promise<Answer>
  voucherStatus(report: StatusReport): Promise<Answer>
  enrollStatus(report: StatusReport): Promise<Answer>
  caCerts(): Promise<readonly Certificate[]>
  csrAttrs(): Promise<Answer>
  /** @param how `renewed` is for a client with an LDevID */
  enroll(request: CertificateRequest['der'], how: 'first' | 'renewed'): Promise<Answer & { readonly certificate?: Certificate }>
  settings(): Promise<JsonValue | undefined>
  close(): void
}
