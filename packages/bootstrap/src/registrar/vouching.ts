/**
 * `requestvoucher` of a registrar (RFC 8995 §5.2 to §5.6, §5.8): the request is checked, the operator is asked, then the
 * MASA, and its log is read before the pledge gets the voucher.
 * @module
 */
import {
  type AuditLog,
  type Certificate,
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
  type VoucherRequest,
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
interface ReadLog {
  readonly log: AuditLog | undefined
}

/** Devices known to have a good log. At the limit the oldest goes, whose MASA is asked once more. */
const maxCleared = 4096

export class Vouching {
  readonly #options: RegistrarOptions
  readonly #answered = new AnsweredRequests()
  readonly #cleared = new Set<string>()

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

  /**
   * Whether `client` may have a certificate: its MASA issued a voucher for this domain, and its log is good. Whose log is
   * bad gets none, though it comes without having asked for a voucher (RFC 8995 §5.8.3). After a restart the MASA is asked.
   */
  async clear(client: Pledge, now: number): Promise<'cleared' | 'later' | Refused> {
    const { serialNumber, idevid } = client.facts
    if (this.#cleared.has(fingerprintOf(idevid))) return 'cleared'
    const { authorityKeyId } = idevid
    const issuer = authorityKeyId === undefined ? {} : { idevidIssuer: authorityKeyId }
    const cms = this.#sign({ createdOn: now, serialNumber, ...issuer }, client)
    const log = await this.#auditLog(cms, client)
    return log === 'later' || isRefused(log) ? log : 'cleared'
  }

  /** Asks with `cms`, and remembers a device whose log is good. */
  async #auditLog(cms: Uint8Array, client: Pledge): Promise<ReadLog | 'later' | Refused> {
    const answer = await this.#ask('requestAuditLog', cms, client, mediaTypes.json)
    if (this.#options.auditLog !== 'preferred' && this.#isUnreachable(answer, client)) return 'later'
    const log = this.#log(answer)
    if (isRefused(log)) return log
    this.#cleared.add(fingerprintOf(client.facts.idevid))
    if (this.#cleared.size > maxCleared) this.#cleared.delete(this.#cleared.keys().next().value!)
    return log
  }

  /** Signed with the domain's CA beside the registrar's certificate: the MASA pins the CA. */
  #sign(request: VoucherRequest, { maker }: Pledge): Uint8Array {
    const { registrar, ca } = this.#options.credentials
    return cmsSigner({ ...registrar, chain: [ca.certificate] }).sign(writeVoucherRequest(request, maker.requestRoot))
  }

  #isUnreachable(answer: MasaAnswer, { facts: pledge }: Pledge): boolean {
    if (answer.status !== 503) return false
    this.#options.tell?.({ type: 'masa-unreachable', pledge, problem: textOf(answer) })
    return true
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
    const cms = this.#sign(registrarRequestOf(pledge, now), client)
    const answer = await this.#ask('requestVoucher', cms, client, accept)
    if (this.#isUnreachable(answer, client)) return 'later'
    if (answer.status !== 200) return refusalOf(answer)
    const own = { certificate: registrar.certificate, chain: [ca.certificate] }
    const checked = checkMasaVoucher(answer.body, pledge, own, brskiCrypto)
    if (isRefused(checked)) return checked
    const log = await this.#auditLog(cms, client)
    if (log === 'later' || isRefused(log)) return log
    tell?.({ type: 'vouched', pledge: client.facts, log: log.log })
    return answer.body
  }

  async #ask(resource: MasaResource, cms: Uint8Array, client: Pledge, accept: string): Promise<MasaAnswer> {
    const signal = AbortSignal.timeout(this.#options.masaTimeout ?? defaultMasaTimeout)
    return client.maker.masa.ask({ resource, cms, masaUrl: client.facts.idevid.masaUrl, accept, signal })
  }

  /** What the log says against the device, or the log; `undefined` if there is none and none is required. */
  #log(answer: MasaAnswer): ReadLog | Refused {
    const { credentials, formerDomains = [], auditLog = 'required' } = this.#options
    const log = answer.status === 200 ? readAuditLog(answer.body) : refusalOf(answer)
    if (isRefused(log)) {
      if (auditLog === 'preferred') return { log: undefined }
      return refused('unacceptable', `the MASA shows no audit log: ${log.because.problem}`)
    }
    const { ca, registrar } = credentials
    const own = [ca.certificate, registrar.certificate].map((each) => domainIdText(brskiCrypto.domainIdOf(each)))
    const checked = checkAuditLog(log, { own, former: formerDomains })
    return isRefused(checked) ? checked : { log }
  }
}

const fingerprintOf = ({ der }: Certificate): string => Buffer.from(brskiCrypto.sha256(der)).toString('base64')

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
