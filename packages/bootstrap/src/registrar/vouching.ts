/**
 * `requestvoucher` of a registrar (RFC 8995 §5.2 to §5.6, §5.8): the request is checked, the operator is asked, then the
 * MASA, and its log is read before the pledge gets the voucher.
 * @module
 */
import {
  type AuditLog,
  checkAuditLog,
  checkMasaVoucher,
  checkPledgeRequest,
  domainIdText,
  isRefused,
  mediaTypeProblem,
  mediaTypes,
  type MasaResource,
  type PledgeRequest,
  readAuditLog,
  refused,
  type Refused,
  registrarRequestOf,
  writeVoucherRequest,
} from '@vagus/brski'
import { brskiCrypto, cmsSigner } from '@vagus/pki'
import { decodeBody, encodeBody, encodingOf } from '../http/body-encoding.ts'
import type { Exchange, Reply } from '../http/serve.ts'
import { AnsweredRequests } from './answered-requests.ts'
import type { Client } from './client-identity.ts'
import type { MasaAnswer, RegistrarOptions } from './options.ts'

type Pledge = Extract<Client, { readonly type: 'pledge' }>
/** What the pledge gets: a voucher, a refusal, or `later` where the MASA cannot be asked now. */
type Outcome = Uint8Array | Refused | 'later'

const defaultMasaTimeout = 10_000

export class Vouching {
  readonly #options: RegistrarOptions
  readonly #answered = new AnsweredRequests()

  constructor(options: RegistrarOptions) {
    this.#options = options
  }

  async answer(exchange: Exchange, client: Pledge, now: number, later: () => Reply): Promise<Reply | Refused> {
    const { bodyEncodings = ['binary'], membership, tell } = this.#options
    const typeProblem = mediaTypeProblem(exchange.contentType, exchange.accept)
    if (typeProblem !== undefined) return refused('media-type', typeProblem)
    const cms = decodeBody(exchange.body, bodyEncodings)
    if (cms === undefined) return refused('format', `the body is no CMS in ${bodyEncodings.join(' or ')}`)
    const checked = this.#check(cms, exchange, client, now)
    if (isRefused(checked)) return checked
    const admission = await membership.admission(client.facts)
    tell?.({ type: 'asked', pledge: client.facts, admission })
    if (admission === 'waiting') return later()
    const { serialNumber } = checked.pledge
    if (admission === 'unknown') return refused('unknown', `the domain knows no device "${serialNumber}"`)
    if (admission === 'refused') return refused('unacceptable', `the domain refuses the device "${serialNumber}"`)
    const { nonce } = checked.pledge.request
    const voucher = await this.#answered.voucherFor({ serialNumber, nonce, cms }, now, () =>
      this.#fetch(checked.pledge, client, exchange.accept ?? mediaTypes.voucher, now),
    )
    if (voucher === 'later') return later()
    if (isRefused(voucher)) return voucher
    return { status: 200, contentType: mediaTypes.voucher, body: encodeBody(voucher, encodingOf(exchange.body)) }
  }

  #check(cms: Uint8Array, exchange: Exchange, { maker }: Pledge, now: number): ReturnType<typeof checkPledgeRequest> {
    const { certificate: client, chain: clientChain } = exchange.client!
    const { credentials, roots = ['rfc8995'] } = this.#options
    const serverCertificate = credentials.registrar.certificate.der
    return checkPledgeRequest(
      cms,
      { client, clientChain, serverCertificate, makers: maker.anchors, roots },
      now,
      brskiCrypto,
    )
  }

  async #fetch(pledge: PledgeRequest, client: Pledge, accept: string, now: number): Promise<Outcome> {
    const { credentials, tell } = this.#options
    const { registrar, ca } = credentials
    const request = writeVoucherRequest(registrarRequestOf(pledge, now), client.maker.requestRoot)
    const cms = cmsSigner({ ...registrar, chain: [ca.certificate] }).sign(request)
    const ask = (resource: MasaResource): Promise<MasaAnswer> => this.#ask(resource, cms, pledge, client, accept)
    const answer = await ask('requestVoucher')
    if (answer.status === 503) {
      tell?.({ type: 'masa-unreachable', pledge: client.facts, problem: textOf(answer) })
      return 'later'
    }
    if (answer.status !== 200) return refusalOf(answer)
    const own = { certificate: registrar.certificate, chain: [ca.certificate] }
    const checked = checkMasaVoucher(answer.body, pledge, own, brskiCrypto)
    if (isRefused(checked)) return checked
    const log = await this.#log(await ask('requestAuditLog'))
    if (isRefused(log)) return log
    tell?.({ type: 'vouched', pledge: client.facts, log: log.log })
    return answer.body
  }

  async #ask(
    resource: MasaResource,
    cms: Uint8Array,
    pledge: PledgeRequest,
    client: Pledge,
    accept: string,
  ): Promise<MasaAnswer> {
    const signal = AbortSignal.timeout(this.#options.masaTimeout ?? defaultMasaTimeout)
    return client.maker.masa.ask({ resource, cms, masaUrl: pledge.idevid.masaUrl, accept, signal })
  }

  /** What the log says against the device, or the log; `undefined` if there is none and none is required. */
  #log(answer: MasaAnswer): { readonly log: AuditLog | undefined } | Refused {
    const { credentials, formerDomains = [], auditLog = 'required' } = this.#options
    const log = answer.status === 200 ? readAuditLog(answer.body) : refusalOf(answer)
    if (isRefused(log)) {
      if (auditLog === 'preferred') return { log: undefined }
      return refused('unacceptable', `the MASA shows no audit log: ${log.because.problem}`)
    }
    const { ca, registrar } = credentials
    const own = [ca.certificate, registrar.certificate].map((each) => domainIdText(brskiCrypto.domainIdOf(each)))
    const checked = checkAuditLog(log, { domains: [...own, ...formerDomains] })
    return isRefused(checked) ? checked : { log }
  }
}

/** A MASA's refusal is passed on with its text where the pledge's status is the same, else as 502. */
function refusalOf(answer: MasaAnswer): Refused {
  const { status } = answer
  const text = textOf(answer)
  const codes = { 403: 'signature', 404: 'unknown', 406: 'unacceptable', 415: 'media-type' } as const
  const code = status in codes ? codes[status as keyof typeof codes] : 'masa'
  return refused(code, `the MASA says ${status}${text === '' ? '' : `: ${text}`}`)
}

/** Its text for people, as far as a log wants it. */
function textOf({ contentType, body }: MasaAnswer): string {
  if (!contentType.startsWith('text/')) return ''
  return new TextDecoder()
    .decode(body.subarray(0, 500))
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
}
