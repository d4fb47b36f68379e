/**
 * A maker and its MASA in one folder: a CA for IDevIDs, a key for vouchers, the devices, and the log of what was issued.
 * Boxes with FRR or BIRD have no maker, so their operator is it.
 * @module
 */
import { join } from 'node:path'
import {
  auditLogOf,
  type Certificate,
  checkLogRequest,
  checkRegistrarRequest,
  isRefused,
  keyHash,
  type MadeDevice,
  type MasaPolicy,
  masaUrlOf,
  mediaTypes,
  refused,
  type Refused,
  writeAuditLog,
  writeVoucher,
} from '@vagus/brski'
import { makePrivateFolder } from '@vagus/keyring/private-file'
import {
  brskiCrypto,
  cmsSigner,
  issueIdevid,
  issueMasa,
  type Issuer,
  newAuthority,
  newPrivateKey,
  publicKeyOf,
} from '@vagus/pki'
import { freshCredential } from '../credential-files.ts'
import { Devices } from './devices.ts'
import { IssuedLog } from './issued.ts'

const year = 365 * 24 * 3_600_000
const masaLife = 10 * year
const day = 24 * 3_600_000
/**
 * Vouchers of one device within a day; one more is refused. Whoever has a box at hand gets as many as it asks for, and must
 * not fill the log for all others.
 */
const maxOfDevice = 1024

export interface MasaOptions {
  /** What IDevIDs say of where the MASA is: HOST:PORT, or an https URL. */
  readonly url: string
  /** Of the maker, for its certificates. Default: the host of `url`. */
  readonly name?: string
  /** Default: pledges' own requests are required, and nobody gets a voucher without a nonce. */
  readonly policy?: Partial<Pick<MasaPolicy, 'pledgeRequest' | 'noncelessDomains' | 'pin' | 'roots'>>
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number
}

/** What a new box needs: its key, its certificate, and whom it believes. */
export interface NewDevice {
  readonly serialNumber: string
  /** Owner or ownerless; left out: whoever has it at hand. Each is `keyHash` of a domain's CA. */
  readonly owners?: readonly string[]
  /** SubjectPublicKeyInfo of a key that the box made. Left out: a key is made here. */
  readonly publicKey?: Uint8Array
}

/** What a MASA answers: octets with their media type. */
export interface MasaReply {
  readonly contentType: string
  readonly body: Uint8Array
}

export interface Masa {
  /** The CA of IDevIDs, which registrars trust. */
  readonly deviceAnchor: Certificate
  /**
   * The CA of the MASA's own certificate, which boxes trust for vouchers and registrars for TLS. It is another one, lest a
   * box could sign vouchers.
   */
  readonly voucherAnchor: Certificate
  /** Key and certificate of the TLS server; the same one signs vouchers. */
  readonly server: Issuer
  readonly devices: readonly MadeDevice[]
  /**
   * Makes the IDevID of a box. An earlier one of the same serial number no longer counts. `key` is there if it was made
   * here. @throws {RangeError} if the serial number is none, or at the limit of devices
   */
  issue(device: NewDevice): { readonly certificate: Certificate; readonly key: Issuer['key'] | undefined }
  /** Whether there was such a device, which from now on is unknown. */
  withdraw(serialNumber: string): boolean
  requestVoucher(cms: Uint8Array): MasaReply | Refused
  requestAuditLog(cms: Uint8Array): MasaReply | Refused
}

/**
 * Opens the MASA in `folder`, or makes it: devices-ca.key, masa-ca.key and masa.key (0600) with their certificates, devices.jsonl and
 * issued.jsonl. One process serves it; others may issue IDevIDs meanwhile.
 * @throws {RangeError} if `url` names no MASA; {CredentialError} and what the keyring's files throw
 */
export function openMasa(folder: string, options: MasaOptions): Masa {
  const url = masaUrlOf(options.url, 'requestVoucher')
  if (isRefused(url)) throw new RangeError(url.because.problem)
  makePrivateFolder(folder)
  return new FolderMasa(folder, new URL(url.url).hostname.replace(/^\[(.*)\]$/, '$1'), options)
}

class FolderMasa implements Masa {
  readonly deviceAnchor: Certificate
  readonly voucherAnchor: Certificate
  readonly server: Issuer
  readonly #deviceCa: Issuer
  readonly #devices: Devices
  readonly #issued: IssuedLog
  readonly #policy: MasaPolicy
  readonly #options: MasaOptions

  constructor(folder: string, host: string, options: MasaOptions) {
    const { name = host, policy } = options
    this.#options = options
    const now = this.#now()
    const authority = (file: string, what: string): Issuer =>
      freshCredential(folder, file, now, (key) => {
        const subject = { organization: name, commonName: `${name} ${what}` }
        return { certificate: newAuthority(subject, key, { now, life: Infinity }).certificate, chain: [] }
      })
    this.#deviceCa = authority('devices-ca', 'device CA')
    this.deviceAnchor = this.#deviceCa.certificate
    const masaCa = authority('masa-ca', 'MASA CA')
    this.voucherAnchor = masaCa.certificate
    this.server = freshCredential(folder, 'masa', now, (key) => {
      const subject = { organization: name, commonName: `${name} MASA` }
      const draft = { name: subject, publicKey: publicKeyOf(key), hosts: [host], now, life: masaLife }
      return { certificate: issueMasa(masaCa, draft), chain: [] }
    })
    this.#devices = new Devices(join(folder, 'devices.jsonl'))
    this.#issued = new IssuedLog(join(folder, 'issued.jsonl'))
    this.#policy = {
      pledgeRequest: 'required',
      noncelessDomains: [],
      pin: 'farthest',
      ...policy,
      makers: [this.deviceAnchor],
      device: (serialNumber) => this.#devices.get(serialNumber),
    }
  }

  get devices(): readonly MadeDevice[] {
    return this.#devices.list
  }

  issue({ serialNumber, owners, publicKey }: NewDevice): { certificate: Certificate; key: Issuer['key'] | undefined } {
    if (!/^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/.test(serialNumber)) {
      throw new RangeError(`"serialNumber" must be 1..64 printable ASCII characters, got "${serialNumber}"`)
    }
    const key = publicKey === undefined ? newPrivateKey('p256') : undefined
    const device = { serialNumber, publicKey: publicKey ?? publicKeyOf(key!), masaUrl: this.#options.url }
    const certificate = issueIdevid(this.#deviceCa, { ...device, now: this.#now() })
    this.#devices.add({ serialNumber, key: keyHash(certificate, brskiCrypto), owners: owners ?? 'any' })
    return { certificate, key }
  }

  withdraw(serialNumber: string): boolean {
    return this.#devices.withdraw(serialNumber)
  }

  requestVoucher(cms: Uint8Array): MasaReply | Refused {
    const checked = checkRegistrarRequest(cms, this.#policy, this.#now(), brskiCrypto)
    if (isRefused(checked)) return checked
    const { voucher, event } = checked.grant
    const lately = this.#issued.eventsOf(voucher.serialNumber).filter(({ date }) => date > event.date - day).length
    if (lately >= maxOfDevice) {
      const many = `"${voucher.serialNumber}" got ${lately} vouchers within a day, as many as a device may`
      return refused('unacceptable', `${many}; ask again tomorrow`)
    }
    const signed = cmsSigner(this.server).sign(writeVoucher(voucher))
    this.#issued.append(voucher.serialNumber, event)
    return { contentType: mediaTypes.voucher, body: signed }
  }

  requestAuditLog(cms: Uint8Array): MasaReply | Refused {
    const events = (serialNumber: string) => this.#issued.eventsOf(serialNumber)
    const checked = checkLogRequest(cms, this.#policy, events, this.#now(), brskiCrypto)
    if (isRefused(checked)) return checked
    return { contentType: mediaTypes.json, body: writeAuditLog(auditLogOf(checked.events)) }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}
