/** A maker with its MASA, a domain with its registrar, and a new box, all over TLS on the loopback interface. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkVoucher, type PledgeAdmission, writeVoucherRequest } from '@vagus/brski'
import { brskiCrypto, cmsSigner, type Issuer } from '@vagus/pki'
import {
  type ConnectOptions,
  connectRegistrar,
  type DomainCredentials,
  type HttpsServer,
  localMasa,
  type Masa,
  masaClient,
  type MasaOptions,
  type Member,
  type Membership,
  openDomain,
  openMasa,
  type RegistrarConnection,
  type RegistrarEvent,
  type RegistrarOptions,
  serveMasa,
  serveRegistrar,
} from '../src/index.ts'

export class Network {
  readonly folder: string
  readonly masa: Masa
  readonly credentials: DomainCredentials
  readonly events: RegistrarEvent[] = []
  readonly members: Member[] = []
  readonly revoked = new Set<string>()
  /** What the operator says of each device; others are unknown. */
  readonly admissions = new Map<string, PledgeAdmission>()
  readonly #closing: (() => Promise<void>)[] = []
  readonly #masaPort: number
  port = 0

  /** Members whose certificate cannot be kept. */
  readonly failing = new Set<string>()

  /** @param masa with `credentials` those of another network; left out: its own */
  constructor(masaPort: number, policy: MasaOptions['policy'] = {}, masa?: Masa, credentials?: DomainCredentials) {
    this.folder = mkdtempSync(join(tmpdir(), 'vagus-bootstrap-'))
    this.#masaPort = masaPort
    this.masa = masa ?? openMasa(join(this.folder, 'masa'), { url: `127.0.0.1:${masaPort}`, name: 'maker', policy })
    this.credentials = credentials ?? openDomain(join(this.folder, 'domain'), { name: 'area51.example' })
  }

  get membership(): Membership {
    return {
      admission: ({ serialNumber }) => this.admissions.get(serialNumber) ?? 'unknown',
      enrolled: (member) => {
        if (this.failing.has(member.serialNumber)) throw new Error('the disk is full')
        this.members.push(member)
      },
      standing: (serialNumber) => (this.revoked.has(serialNumber) ? 'revoked' : 'member'),
      settings: ({ serialNumber }) => ({ domain: 'area51.example', you: serialNumber }),
    }
  }

  /** @param how the registrar asks the MASA: over HTTPS, in this process, or over HTTPS where nobody serves it */
  async start(how: 'remote' | 'local' | 'unserved' = 'local', options: Partial<RegistrarOptions> = {}): Promise<this> {
    const { masa, credentials, membership } = this
    if (how === 'remote') this.keep(await serveMasa(masa, { host: '127.0.0.1', port: this.#masaPort }))
    const service = how !== 'local' ? masaClient({ trusted: [masa.voucherAnchor] }) : localMasa(masa)
    const makers = [{ name: 'maker', anchors: [masa.deviceAnchor], masa: service }]
    const tell = (event: RegistrarEvent): void => void this.events.push(event)
    const registrar = await serveRegistrar(
      { credentials, makers, membership, tell, ...options },
      { host: '127.0.0.1', port: 0 },
    )
    this.keep(registrar)
    this.port = registrar.port
    return this
  }

  keep(server: HttpsServer): void {
    this.#closing.push(() => server.close())
  }

  /** A new box: its IDevID. */
  box(serialNumber: string, admission: PledgeAdmission = 'accepted'): Issuer {
    this.admissions.set(serialNumber, admission)
    const { key, certificate } = this.masa.issue({ serialNumber })
    return { key: key!, certificate, chain: [] }
  }

  connect(client: Issuer, options: Partial<ConnectOptions> = {}): Promise<RegistrarConnection> {
    const target = { host: '127.0.0.1', port: this.port, client, trust: 'provisional' as const, timeout: 20_000 }
    return connectRegistrar({ ...target, ...options })
  }

  /** What the box asks over `connection`. */
  request(box: Issuer, connection: RegistrarConnection, nonce: string): Uint8Array {
    const [server] = connection.server
    const serialNumber = box.certificate.deviceSerial!
    const request = { serialNumber, nonce, assertion: 'proximity' as const, proximityRegistrarCert: server.der }
    return cmsSigner(box).sign(writeVoucherRequest(request))
  }

  /** The box asks for a voucher, and gets it. */
  async vouch(box: Issuer): Promise<void> {
    const connection = await this.connect(box)
    const answer = await connection.requestVoucher(this.request(box, connection, `nonce-${Math.random()}`))
    connection.close()
    assert.equal(answer.status, 200, new TextDecoder().decode(answer.body))
  }

  /** Whether the box believes the voucher `cms`. */
  check(box: Issuer, connection: RegistrarConnection, nonce: string, cms: Uint8Array): ReturnType<typeof checkVoucher> {
    const { server } = connection
    const anchors = [this.masa.voucherAnchor]
    const serialNumber = box.certificate.deviceSerial!
    return checkVoucher(
      cms,
      { anchors, serialNumber, nonce, nonceless: 'refused', server, now: Date.now() },
      brskiCrypto,
    )
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
