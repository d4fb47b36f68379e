/**
 * What a pledge asks and tells over a connection to a registrar, and what the answers mean (RFC 8995 §5, RFC 7030). What an
 * answer brings is on the disk before its outcome is told.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { deviceSettingsSchema, type DeviceSettings } from '@vagus/api/joins'
import type { Answer, RegistrarConnection } from '@vagus/bootstrap'
import {
  type Certificate,
  checkVoucher,
  decodeBase64,
  encodeBase64,
  isRefused,
  writeVoucherRequest,
} from '@vagus/brski'
import type { Exchange, Outcome, Verdict } from '@vagus/brski/pledge'
import { agentOf, brskiCrypto, cmsSigner, newCertificateRequest, publicKeyOf, readPrivateKeyPem } from '@vagus/pki'
import type { KeyObject } from 'node:crypto'
import type { Idevid } from './idevid-files.ts'
import type { JoiningFile } from './joining-state.ts'

export interface ExchangeParts {
  readonly idevid: Idevid
  readonly file: JoiningFile
  /** Ed25519, of the agent that the device will speak as. */
  readonly agentKey: () => KeyObject
  /** Keeps what a member is told. @throws {Error} when the disk does not take it */
  readonly settle: (settings: DeviceSettings) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const done: Outcome = { type: 'done' }
const refused = (because: string): Outcome => ({ type: 'refused', because })
const unsound = (because: string): Outcome => ({ type: 'unsound', because })

export class Exchanges {
  readonly #parts: ExchangeParts

  constructor(parts: ExchangeParts) {
    this.#parts = parts
  }

  /** Rejects when the connection is lost. */
  run(exchange: Exchange, verdict: Verdict | undefined, to: RegistrarConnection): Promise<Outcome> {
    const ways: Readonly<Record<Exchange, () => Promise<Outcome>>> = {
      voucher: () => this.#voucher(to),
      'voucher-status': () => this.#tell(verdict, (report) => to.voucherStatus(report)),
      cacerts: () => this.#authorities(to),
      // What it wants in a request is nothing that this pledge could add: it names the agent whose key it is anyway.
      csrattrs: () => to.csrAttrs().then((answer) => outcomeOf(answer, () => done, [204, 404])),
      enrol: () => this.#enrol(to, 'first'),
      reenrol: () => this.#enrol(to, 'renewed'),
      'enrol-status': () => this.#tell(verdict, (report) => to.enrollStatus(report)),
      settings: () => this.#settings(to),
    }
    return ways[exchange]()
  }

  async #voucher(to: RegistrarConnection): Promise<Outcome> {
    const { idevid, file } = this.#parts
    const request = this.#requestFor(to.server[0])
    const answer = await to.requestVoucher(octetsOf(request.cms))
    return outcomeOf(answer, (cms) => {
      const question = {
        anchors: idevid.makers,
        serialNumber: idevid.serial,
        nonce: request.nonce,
        nonceless: 'refused',
        server: to.server,
        now: this.#parts.now(),
      } as const
      const checked = checkVoucher(cms, question, brskiCrypto)
      if (isRefused(checked)) return unsound(checked.because.problem)
      const pinned = encodeBase64(checked.accepted.pinned.der)
      file.change({ request: undefined, domain: { voucher: encodeBase64(cms), pinned } })
      return done
    })
  }

  /** The one that was sent before, as long as it is for the same registrar; else a new one. */
  #requestFor(server: Certificate): { readonly cms: string; readonly nonce: string } {
    const { idevid, file, now } = this.#parts
    const kept = file.state.request
    const own = encodeBase64(server.der)
    if (kept?.server === own) return kept
    const nonce = encodeBase64(randomBytes(16))
    const content = writeVoucherRequest({
      createdOn: now(),
      assertion: 'proximity',
      nonce,
      serialNumber: idevid.serial,
      proximityRegistrarCert: server.der,
    })
    const cms = encodeBase64(cmsSigner(idevid.issuer).sign(content))
    file.change({ request: { cms, nonce, server: own, madeAt: now() } })
    return { cms, nonce }
  }

  async #authorities(to: RegistrarConnection): Promise<Outcome> {
    const pinned = this.#pinned()
    const list = await to.caCerts()
    const isThere = list.some(({ publicKey }) => Buffer.from(publicKey).equals(pinned.publicKey))
    return isThere ? done : unsound('the certificate of the voucher is not among those of the domain')
  }

  async #enrol(to: RegistrarConnection, how: 'first' | 'renewed'): Promise<Outcome> {
    const { file, idevid, agentKey, now } = this.#parts
    const kept = file.state.member
    const key = how === 'renewed' && kept !== undefined ? keyOf(kept.key) : agentKey()
    const answer = await to.enroll(newCertificateRequest(key, { serialNumber: idevid.serial }), how)
    return outcomeOf(answer, () => {
      const { certificate } = answer
      if (certificate === undefined) return unsound('no certificate came')
      const publicKey = publicKeyOf(key)
      const agent = agentOf(publicKey)
      if (agent === undefined) return unsound('the key is not that of an agent')
      if (!Buffer.from(certificate.publicKey).equals(publicKey)) return unsound('the certificate is for another key')
      const path = brskiCrypto.pathOf({ leaf: certificate, between: to.server, anchors: [this.#pinned()], now: now() })
      if (isRefused(path)) return unsound(`the certificate is not of the domain: ${path.because.problem}`)
      const { notBefore, notAfter } = certificate
      file.change({
        member: {
          agent,
          key: key.export({ format: 'pem', type: 'pkcs8' }) as string,
          certificate: encodeBase64(certificate.der),
          chain: path.slice(1).map(({ der }) => encodeBase64(der)),
          notBefore,
          notAfter,
        },
      })
      return { type: 'done', validity: { notBefore, notAfter } }
    })
  }

  async #settings(to: RegistrarConnection): Promise<Outcome> {
    const answer = await to.settings()
    if (answer === undefined) return refused('the registrar has no settings for members: is it no Vagus?')
    const read = deviceSettingsSchema.safeParse(answer)
    if (!read.success) return unsound(`the settings are not right: ${read.error.issues[0]?.message ?? ''}`)
    // Somebody has to say which device of the domain the box is.
    if (read.data.options.agent === undefined) return { type: 'later', afterMs: usualRetrySeconds * 1000 }
    this.#parts.settle(read.data)
    const { domain, options } = read.data
    this.#parts.file.change({ settled: { domain, registrar: options.registrar ?? null } })
    return done
  }

  async #tell(
    verdict: Verdict | undefined,
    send: (report: Parameters<RegistrarConnection['voucherStatus']>[0]) => Promise<Answer>,
  ): Promise<Outcome> {
    const isBad = verdict?.status === false
    const answer = await send({
      version: 1,
      outcome: isBad ? 'failure' : 'success',
      ...(isBad ? { reason: verdict.reason } : {}),
    })
    return outcomeOf(answer, () => done)
  }

  /** Of the domain. It is kept before anything is asked that needs it. */
  #pinned(): Certificate {
    const read = brskiCrypto.readCertificate(octetsOf(this.#parts.file.state.domain?.pinned ?? ''))
    if (isRefused(read)) throw new Error(`${this.#parts.file.path}: the certificate of the domain cannot be read`)
    return read
  }
}

/** @param good what 200 means @param alsoGood further statuses that say that there is nothing */
function outcomeOf(answer: Answer, good: (body: Uint8Array) => Outcome, alsoGood: readonly number[] = []): Outcome {
  const { status, body, retryAfterSeconds, location } = answer
  if (alsoGood.includes(status)) return done
  if (status === 200) return good(body)
  if (status === 202) return { type: 'later', afterMs: (retryAfterSeconds ?? usualRetrySeconds) * 1000 }
  if (status === 429 || status === 503) return refused(`HTTP ${status}: ${textOf(body)}`)
  if (status >= 300 && status < 400 && location !== undefined && URL.canParse(location)) {
    const { hostname, port } = new URL(location)
    return { type: 'elsewhere', place: `${hostname}:${port || '443'}` }
  }
  return refused(`HTTP ${status}: ${textOf(body)}`)
}

/** A registrar that says "later" without a time. */
const usualRetrySeconds = 15
/** Of what a registrar says to people. */
const maxReason = 300

const textOf = (body: Uint8Array): string =>
  Buffer.from(body.subarray(0, maxReason))
    .toString('utf8')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim() || 'without a word'

/** What was written by `encodeBase64`. */
export const octetsOf = (text: string): Uint8Array => decodeBase64(text, 'what was kept')

/** @throws {Error} when the file was changed by hand */
export function keyOf(pem: string): KeyObject {
  const read = readPrivateKeyPem(pem)
  if (isRefused(read)) throw new Error(`the key of the member cannot be read: ${read.because.problem}`)
  return read.key
}
