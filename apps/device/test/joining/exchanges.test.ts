/** What a pledge believes of a registrar, and what it does not: with a real MASA and the keys of real domains, without sockets. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { DeviceSettings } from '@vagus/api/joins'
import { type DomainCredentials, openDomain, openMasa, type RegistrarConnection } from '@vagus/bootstrap'
import { checkPledgeRequest, isRefused, registrarRequestOf, writeVoucherRequest } from '@vagus/brski'
import { brskiCrypto, cmsSigner, issueLdevid, newPrivateKey, publicKeyOf, readCertificateRequest } from '@vagus/pki'
import { Exchanges } from '../../src/joining/pledge/exchanges.ts'
import { JoiningFile, stageOf } from '../../src/joining/pledge/joining-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-exchanges-'))
after(() => rmSync(folder, { recursive: true }))
const masa = openMasa(join(folder, 'masa'), { url: 'localhost:9443' })
const domain = openDomain(join(folder, 'domain'), { name: 'example' })
const foreign = openDomain(join(folder, 'foreign'), { name: 'foreign' })
const { certificate, key } = masa.issue({ serialNumber: 'A1' })
const idevid = { serial: 'A1', issuer: { key: key!, certificate, chain: [] }, makers: [masa.voucherAnchor] }
const agentKey = newPrivateKey('ed25519')
const now = Date.now()
const life = { now, life: 86_400_000 }
const done = { type: 'done' }
const options = { agent: '10.8.0.2', 'steered-by': undefined }
let boxes = 0

/** A box that has done nothing yet. */
function newBox() {
  const file = new JoiningFile(join(folder, `box-${boxes++}`, 'state.json'), 'A1')
  const settled: DeviceSettings[] = []
  const parts = { idevid, file, agentKey: () => agentKey, settle: (one: DeviceSettings) => void settled.push(one) }
  return { file, settled, exchanges: new Exchanges({ ...parts, now: () => now }) }
}

/** What a registrar of the domain answers, and what it was asked. */
function registrarOf({ ca, registrar }: DomainCredentials, otherwise: Partial<RegistrarConnection> = {}) {
  const asked: Uint8Array[] = []
  const answer = (status: number, body: Uint8Array | string = '') => ({
    status,
    retryAfterSeconds: undefined,
    location: undefined,
    contentType: '',
    body: Buffer.from(body),
  })
  const connection: RegistrarConnection = {
    server: [registrar.certificate, ca.certificate],
    requestVoucher: async (cms) => {
      asked.push(cms)
      const from = { client: certificate, clientChain: [], serverCertificate: registrar.certificate.der }
      const checked = checkPledgeRequest(cms, { ...from, makers: [masa.deviceAnchor] }, now, brskiCrypto)
      if (isRefused(checked)) return answer(403, checked.because.problem)
      const signer = cmsSigner({ ...registrar, chain: [ca.certificate] })
      const reply = masa.requestVoucher(signer.sign(writeVoucherRequest(registrarRequestOf(checked.pledge, now))))
      return isRefused(reply) ? answer(403, reply.because.problem) : answer(200, reply.body)
    },
    voucherStatus: async () => answer(200),
    enrollStatus: async () => answer(200),
    caCerts: async () => [ca.certificate],
    csrAttrs: async () => answer(204),
    enroll: async (der) => {
      const request = readCertificateRequest(der)
      assert.ok(!isRefused(request))
      return {
        ...answer(200),
        certificate: issueLdevid(ca, { serialNumber: 'A1', publicKey: request.publicKey, ...life }),
      }
    },
    settings: async () => ({ domain: 'example', options: { agent: '10.8.0.2' } }),
    close: () => undefined,
    ...otherwise,
  }
  return { connection, asked, answer }
}

describe('a box that asks', () => {
  test('gets a voucher, a certificate with the key of its agent, and its settings; each is kept', async () => {
    const { file, settled, exchanges } = newBox()
    const { connection } = registrarOf(domain)
    const stages = [stageOf(file.state)]
    for (const exchange of ['voucher', 'cacerts', 'csrattrs', 'enrol', 'settings'] as const) {
      const outcome = await exchanges.run(exchange, undefined, connection)
      assert.equal(outcome.type, 'done', JSON.stringify(outcome))
      stages.push(stageOf(new JoiningFile(file.path, 'A1').state))
    }
    assert.deepEqual(stages, ['voucher', 'enrol', 'enrol', 'enrol', 'settle', 'member'])
    assert.deepEqual(settled, [{ domain: 'example', options: { agent: '10.8.0.2' } }])
    assert.match(file.state.member!.agent, /^did:key:z6Mk/)
    const renewed = await exchanges.run('reenrol', undefined, connection)
    assert.equal(renewed.type, 'done')
  })

  test('sends the same request again to the same registrar, and another to another', async () => {
    const { exchanges, file } = newBox()
    const [first, other] = [registrarOf(domain), registrarOf(foreign)]
    const later = { ...first.answer(202), retryAfterSeconds: 7 }
    const waits = (one: typeof first): RegistrarConnection => ({
      ...one.connection,
      requestVoucher: async (cms) => (one.asked.push(cms), later),
    })
    assert.deepEqual(await exchanges.run('voucher', undefined, waits(first)), { type: 'later', afterMs: 7000 })
    await exchanges.run('voucher', undefined, waits(first))
    const again = new JoiningFile(file.path, 'A1')
    assert.deepEqual(again.state.request, file.state.request, 'also after it was killed')
    await exchanges.run('voucher', undefined, waits(other))
    assert.deepEqual(first.asked[0], first.asked[1])
    assert.notDeepEqual(first.asked[1], other.asked[0])
  })

  test('does not believe a voucher that was recorded: its nonce is of another attempt', async () => {
    const { connection, answer } = registrarOf(domain)
    let recorded = new Uint8Array()
    const recording: RegistrarConnection = {
      ...connection,
      requestVoucher: async (cms) => {
        const voucher = await connection.requestVoucher(cms)
        recorded = Uint8Array.from(voucher.body)
        return voucher
      },
    }
    assert.deepEqual(await newBox().exchanges.run('voucher', undefined, recording), done)
    const { file, exchanges } = newBox()
    const replayed = await exchanges.run('voucher', undefined, {
      ...connection,
      requestVoucher: async () => answer(200, recorded),
    })
    assert.ok(
      replayed.type === 'unsound' && replayed.because.includes('nonce of another attempt'),
      JSON.stringify(replayed),
    )
    assert.equal(stageOf(file.state), 'voucher')
  })

  test('does not believe a voucher for another server than the one that it is connected with', async () => {
    const { exchanges, file } = newBox()
    const { connection } = registrarOf(domain)
    // The server shows its own certificate, and passes on what the registrar in the request got.
    const between: RegistrarConnection = {
      ...connection,
      server: [foreign.registrar.certificate, foreign.ca.certificate],
    }
    const outcome = await exchanges.run('voucher', undefined, between)
    assert.ok(
      outcome.type === 'refused' && outcome.because.includes('somebody may be in between'),
      JSON.stringify(outcome),
    )
    assert.equal(stageOf(file.state), 'voucher')
  })

  test('takes no certificate of another domain, nor for another key', async () => {
    const { exchanges, file } = newBox()
    const { connection } = registrarOf(domain)
    await exchanges.run('voucher', undefined, connection)
    const other = publicKeyOf(newPrivateKey('ed25519'))
    for (const [ca, publicKey, because] of [
      [foreign.ca, publicKeyOf(agentKey), /not of the domain/],
      [domain.ca, other, /for another key/],
    ] as const) {
      const enroll: RegistrarConnection['enroll'] = async () => ({
        ...registrarOf(domain).answer(200),
        certificate: issueLdevid(ca, { serialNumber: 'A1', publicKey, ...life }),
      })
      const outcome = await exchanges.run('enrol', undefined, { ...connection, enroll })
      assert.ok(outcome.type === 'unsound' && because.test(outcome.because), JSON.stringify(outcome))
      assert.equal(stageOf(file.state), 'enrol')
    }
    const elsewhere = { ...connection, caCerts: async () => [foreign.ca.certificate] }
    assert.equal((await exchanges.run('cacerts', undefined, elsewhere)).type, 'unsound')
  })

  test('takes no option that a registrar has no business with, and waits until it is told which device it is', async () => {
    const { exchanges, settled } = newBox()
    const { connection } = registrarOf(domain)
    const told = (options: object): RegistrarConnection => ({
      ...connection,
      settings: async () => ({ domain: 'example', options }) as never,
    })
    for (const greedy of [
      { ...options, configures: ['**'] },
      { agent: 'router.example' },
      { agent: '10.0.0.1', 'serve-to': 'x' },
    ])
      assert.equal((await exchanges.run('settings', undefined, told(greedy))).type, 'unsound', JSON.stringify(greedy))
    assert.equal((await exchanges.run('settings', undefined, told({ api: 'http://10.9.0.1:7600' }))).type, 'later')
    assert.deepEqual(settled, [])
  })

  test('says what the registrar said, and where it is sent', async () => {
    const { exchanges } = newBox()
    const { connection, answer } = registrarOf(domain)
    const outcome = (status: number, more: object = {}) =>
      exchanges.run('voucher', undefined, {
        ...connection,
        requestVoucher: async () => ({ ...answer(status, 'not\nours'), ...more }),
      })
    for (const status of [400, 401, 403, 404, 406, 415, 429, 500, 503])
      assert.deepEqual(await outcome(status), { type: 'refused', because: `HTTP ${status}: not ours` })
    const elsewhere = await outcome(302, { location: 'https://[fd00::1]:8443/.well-known/brski/requestvoucher' })
    assert.deepEqual(elsewhere, { type: 'elsewhere', place: '[fd00::1]:8443' })
    assert.equal((await outcome(302, { location: 'nowhere' })).type, 'refused')
  })
})
