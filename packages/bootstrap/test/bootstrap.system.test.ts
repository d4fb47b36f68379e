/** Registrar and MASA over TLS: the whole way of a box, every status, the limits, and what kill -9 leaves. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { after, before, describe, test } from 'node:test'
import { isRefused, mediaTypes, paths, readAuditLog, writeVoucherRequest } from '@vagus/brski'
import { cmsSigner, type Issuer, newCertificateRequest, newPrivateKey } from '@vagus/pki'
import { eventually } from '../../../scripts/eventually.ts'
import { ConnectionError, masaClient, openDomain, openMasa } from '../src/index.ts'
import { Network } from './network.ts'
import { freePort } from '../../../scripts/free-port.ts'
import { otherServer, type RawAnswer, type RawRequest, rawRequest } from './raw-request.ts'

const text = (body: Uint8Array): string => new TextDecoder().decode(body)
let drawn = 0
const newNonce = (): string => `nonce-${(drawn += 1)}-0123456789`

describe('a box joins', () => {
  let network: Network
  before(async () => {
    network = await new Network(await freePort()).start('remote')
  })
  after(() => network.close())

  test('from IDevID to a certificate that binds its agent, to the settings of a member, and renews it', async () => {
    const box = network.box('BOX-1')
    const nonce = newNonce()
    const provisional = await network.connect(box)
    const answer = await provisional.requestVoucher(network.request(box, provisional, nonce))
    assert.equal(answer.status, 200, text(answer.body))
    assert.equal(answer.contentType, mediaTypes.voucher)
    const checked = network.check(box, provisional, nonce, answer.body)
    assert.ok(checked.type === 'verified', JSON.stringify(checked))
    assert.equal(checked.accepted.voucher.assertion, 'proximity')
    assert.equal((await provisional.voucherStatus({ version: 1, outcome: 'success' })).status, 200)
    const anchors = await provisional.caCerts()
    assert.deepEqual(
      anchors.map(({ der }) => der),
      [network.credentials.ca.certificate.der],
    )
    assert.equal((await provisional.csrAttrs()).status, 200)
    const key = newPrivateKey('ed25519')
    const enrolled = await provisional.enroll(newCertificateRequest(key, { serialNumber: 'BOX-1' }), 'first')
    provisional.close()
    assert.equal(enrolled.status, 200, text(enrolled.body))
    const certificate = enrolled.certificate!

    const member = await network.connect({ key, certificate, chain: [] }, { trust: anchors, now: Date.now() })
    assert.equal((await member.enrollStatus({ version: 1, outcome: 'success' })).status, 200)
    assert.deepEqual(await member.settings(), { domain: 'area51.example', you: 'BOX-1' })
    const renewed = await member.enroll(newCertificateRequest(key, { serialNumber: 'BOX-1' }), 'renewed')
    member.close()
    assert.equal(renewed.status, 200, text(renewed.body))

    const [first, second] = network.members
    assert.match(first!.agentId!, /^did:key:z6Mk/)
    assert.deepEqual(certificate.uris, [first!.agentId])
    assert.equal(second!.agentId, first!.agentId)
    const told = network.events.map((event) => event.type)
    assert.deepEqual(told, ['asked', 'vouched', 'voucher-status', 'enrolled', 'enrol-status', 'enrolled'])
    const last = network.events.find((event) => event.type === 'enrol-status')
    assert.equal(last?.type === 'enrol-status' && last.by, 'member')
  })

  test('after waiting for the operator: the same request then gets the voucher, once (202)', async () => {
    const box = network.box('BOX-2', 'waiting')
    const nonce = newNonce()
    const connection = await network.connect(box)
    const cms = network.request(box, connection, nonce)
    const first = await connection.requestVoucher(cms)
    assert.deepEqual([first.status, first.retryAfterSeconds], [202, 30])
    network.admissions.set('BOX-2', 'accepted')
    const answers = await Promise.all([connection.requestVoucher(cms), connection.requestVoucher(cms)])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
    assert.deepEqual(answers[0].body, answers[1].body, 'an answer that was lost costs no second voucher')
    const otherCms = network.request(box, connection, nonce)
    const refused = await connection.requestVoucher(otherCms)
    assert.equal(refused.status, 403, 'the nonce was used')
    assert.match(text(refused.body), /each attempt needs a new nonce/)
    connection.close()
    const vouched = network.events.filter((event) => event.type === 'vouched' && event.pledge.serialNumber === 'BOX-2')
    assert.equal(vouched.length, 1)
  })

  test('again in another domain, whose registrar sees in the log of the MASA where it was', async () => {
    const box = network.box('BOX-3')
    const ask = async (at: Network): Promise<number> => {
      const connection = await at.connect(box)
      const answer = await connection.requestVoucher(at.request(box, connection, newNonce()))
      connection.close()
      return answer.status
    }
    assert.equal(await ask(network), 200)
    const second = new Network(0, {}, network.masa)
    second.admissions.set('BOX-3', 'accepted')
    await second.start('local')
    try {
      assert.equal(await ask(second), 200)
      const vouched = second.events.find((event) => event.type === 'vouched')
      assert.equal(vouched?.type === 'vouched' && vouched.log?.events.length, 2)
    } finally {
      await second.close()
    }
  })

  test('not while the MASA is silent: it waits, and the operator sees why', async () => {
    const silent = await new Network(await freePort()).start('unserved')
    try {
      const box = silent.box('BOX-4')
      const connection = await silent.connect(box)
      const answer = await connection.requestVoucher(silent.request(box, connection, newNonce()))
      connection.close()
      assert.deepEqual([answer.status, answer.retryAfterSeconds], [202, 30])
      const told = silent.events.at(-1)!
      assert.ok(told.type === 'masa-unreachable' && /cannot be asked/.test(told.problem), JSON.stringify(told))
    } finally {
      await silent.close()
    }
  })
})

describe('each status', () => {
  let network: Network
  let box: Issuer
  let member: Issuer
  const limits = { bodyOctets: 20_000, requestsPerMinute: 30, arrival: 1000, connectionsPerAddress: 6 }
  before(async () => {
    network = await new Network(await freePort()).start('local', { limits: { ...limits, requestsPerMinute: 1000 } })
    box = network.box('BOX-1')
    const key = newPrivateKey('p256')
    await network.vouch(box)
    const connection = await network.connect(box)
    const enrolled = await connection.enroll(newCertificateRequest(key, {}), 'first')
    connection.close()
    member = { key, certificate: enrolled.certificate!, chain: [] }
  })
  after(() => network.close())

  const raw = (path: string, what: RawRequest): Promise<RawAnswer> => rawRequest(network.port, path, what)

  const signed = (serialNumber: string, by: Issuer, change: object = {}): Uint8Array => {
    const proximityRegistrarCert = network.credentials.registrar.certificate.der
    const leaves = { serialNumber, nonce: newNonce(), assertion: 'proximity' as const, proximityRegistrarCert }
    return cmsSigner(by).sign(writeVoucherRequest({ ...leaves, ...change }))
  }
  const voucher = mediaTypes.voucher
  const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64')
  const csr = (serialNumber: string): string => base64(newCertificateRequest(newPrivateKey('p256'), { serialNumber }))
  const elsewhere = (): Uint8Array => network.credentials.ca.certificate.der

  const table: readonly (readonly [string, number, string, () => RawRequest, RegExp])[] = [
    ['a voucher without an IDevID', 401, paths.requestVoucher, () => ({ type: voucher }), /showed no certificate/],
    ['a voucher by a member', 401, paths.requestVoucher, () => ({ client: member, type: voucher }), /with the IDevID/],
    [
      'a request that saw another server',
      401,
      paths.requestVoucher,
      () => ({ client: box, type: voucher, body: signed('BOX-1', box, { proximityRegistrarCert: elsewhere() }) }),
      /somebody may be in between/,
    ],
    [
      'a request for another box',
      403,
      paths.requestVoucher,
      () => ({ client: box, type: voucher, body: signed('BOX-9', box) }),
      /is for "BOX-9"/,
    ],
    [
      'a certificate of nobody',
      403,
      paths.requestVoucher,
      () => ({ client: stranger(), type: voucher }),
      /neither of this domain nor of a maker/,
    ],
    [
      'a box that nobody expects',
      404,
      paths.requestVoucher,
      () => ({ client: unexpected('unknown'), type: voucher, body: signed('BOX-unknown', boxes.get('unknown')!) }),
      /knows no device/,
    ],
    ['a resource that is not there', 404, '/.well-known/brski/voucher', () => ({ client: box }), /there is no/],
    [
      'settings by a member, of which there are',
      200,
      '/.well-known/vagus/settings',
      () => ({ client: member, method: 'GET' }),
      /area51/,
    ],
    ['GET of a POST', 405, paths.requestVoucher, () => ({ client: box, method: 'GET' }), /takes POST/],
    [
      'a box that was refused',
      406,
      paths.requestVoucher,
      () => ({ client: unexpected('refused'), type: voucher, body: signed('BOX-refused', boxes.get('refused')!) }),
      /refuses the device/,
    ],
    ['a text', 406, paths.requestVoucher, () => ({ client: box, type: voucher, body: 'voucher, please' }), /no CMS/],
    [
      'base64 where nobody allowed it',
      406,
      paths.requestVoucher,
      () => ({ client: box, type: voucher, body: base64(signed('BOX-1', box)) }),
      /no CMS in binary/,
    ],
    [
      'a body that is too long',
      413,
      paths.requestVoucher,
      () => ({ client: box, type: voucher, body: new Uint8Array(30_000) }),
      /20000 octets at most/,
    ],
    [
      'such a body in chunks',
      413,
      paths.requestVoucher,
      () => ({ client: box, type: voucher, body: new Uint8Array(30_000), headers: { 'transfer-encoding': 'chunked' } }),
      /20000 octets at most/,
    ],
    [
      'another media type',
      415,
      paths.requestVoucher,
      () => ({ client: box, type: 'application/json', body: signed('BOX-1', box) }),
      /must be "application\/voucher-cms/,
    ],
    [
      'an answer of another kind',
      415,
      paths.requestVoucher,
      () => ({
        client: box,
        type: voucher,
        headers: { accept: 'application/voucher-jws+json' },
        body: signed('BOX-1', box),
      }),
      /Accept is/,
    ],
    [
      'a status that is none',
      400,
      paths.voucherStatus,
      () => ({ client: box, type: 'application/json', body: '{"version":1}' }),
      /"status" of the status is missing/,
    ],
    [
      'a status in XML',
      415,
      paths.voucherStatus,
      () => ({ client: box, type: 'text/xml', body: '<status/>' }),
      /application\/json/,
    ],
    [
      'a failure by its pledge',
      200,
      paths.voucherStatus,
      () => ({ client: box, type: 'application/json', body: '{"version":1,"status":false,"reason":"nonce"}' }),
      /^$/,
    ],
    [
      'a first certificate by a member',
      401,
      paths.simpleEnroll,
      () => ({ client: member, type: mediaTypes.pkcs10, body: csr('BOX-1') }),
      /simplereenroll/,
    ],
    [
      'a renewal by an IDevID',
      401,
      paths.simpleReenroll,
      () => ({ client: box, type: mediaTypes.pkcs10, body: csr('BOX-1') }),
      /for members/,
    ],
    [
      'a certificate for another box',
      403,
      paths.simpleEnroll,
      () => ({ client: box, type: mediaTypes.pkcs10, body: csr('BOX-9') }),
      /is for "BOX-9"/,
    ],
    [
      'a certificate request that is not signed',
      403,
      paths.simpleEnroll,
      () => ({ client: box, type: mediaTypes.pkcs10, body: unsigned() }),
      /not signed with the key/,
    ],
    [
      'a certificate request in binary',
      400,
      paths.simpleEnroll,
      () => ({ client: box, type: mediaTypes.pkcs10, body: Buffer.from(csr('BOX-1'), 'base64') }),
      /in base64/,
    ],
    [
      'a certificate request of another type',
      415,
      paths.simpleEnroll,
      () => ({ client: box, type: voucher, body: csr('BOX-1') }),
      /application\/pkcs10/,
    ],
    [
      'a certificate for a box that waits',
      202,
      paths.simpleEnroll,
      () => ({ client: unexpected('waiting'), type: mediaTypes.pkcs10, body: csr('BOX-waiting') }),
      /^$/,
    ],
    [
      'a certificate for a box that nobody expects',
      404,
      paths.simpleEnroll,
      () => ({ client: unexpected('unknown'), type: mediaTypes.pkcs10, body: csr('BOX-unknown') }),
      /does not accept/,
    ],
    ['the CAs, for everybody', 200, paths.caCerts, () => ({ method: 'GET' }), /^MII/],
  ]
  const boxes = new Map<string, Issuer>()
  const unexpected = (admission: 'unknown' | 'refused' | 'waiting'): Issuer => {
    const issuer = boxes.get(admission) ?? network.box(`BOX-${admission}`, admission)
    boxes.set(admission, issuer)
    return issuer
  }
  const stranger = (): Issuer => openDomain(join(network.folder, 'elsewhere'), { name: 'elsewhere' }).registrar
  const unsigned = (): string => {
    const der = Buffer.from(csr('BOX-1'), 'base64')
    der[der.length - 1]! ^= 1
    return der.toString('base64')
  }
  for (const [what, status, path, asking, body] of table) {
    test(`${status}: ${what}`, async () => {
      const answer = await raw(path, asking())
      assert.match(answer.body, body)
      assert.equal(answer.status, status, answer.body)
      assert.equal(answer.headers['cache-control'], 'no-store')
      if (status === 202) assert.equal(answer.headers['retry-after'], '30')
      if (status === 405) assert.equal(answer.headers.allow, 'POST')
      if (status >= 400) assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
      if (/in between/.test(answer.body)) assert.equal(answer.headers.connection, 'close', 'RFC 8995 §5.2')
    })
  }

  test('401: a member that was revoked', async () => {
    network.revoked.add('BOX-1')
    const answer = await raw(paths.simpleReenroll, { client: member, type: mediaTypes.pkcs10, body: csr('BOX-1') })
    network.revoked.clear()
    assert.equal(answer.status, 401)
    assert.match(answer.body, /was revoked/)
  })

  test('404: a box that its maker withdrew, with the words of the MASA', async () => {
    const gone = network.box('BOX-gone')
    network.masa.withdraw('BOX-gone')
    const answer = await raw(paths.requestVoucher, { client: gone, type: voucher, body: signed('BOX-gone', gone) })
    assert.equal(answer.status, 404)
    assert.match(answer.body, /the MASA says 404: no device with the serial number "BOX-gone" was made here/)
  })

  test('406: a certificate for a box that never asked for a voucher', async () => {
    const hasty = network.box('BOX-hasty')
    const answer = await raw(paths.simpleEnroll, { client: hasty, type: mediaTypes.pkcs10, body: csr('BOX-hasty') })
    assert.equal(answer.status, 406, answer.body)
    assert.match(answer.body, /shows no audit log: the MASA says 404: this domain was never an owner/)
  })

  test('406: a box that another domain has got since, also where it has a voucher', async () => {
    const sold = network.box('BOX-sold')
    await network.vouch(sold)
    const second = await new Network(0, {}, network.masa).start()
    second.admissions.set('BOX-sold', 'accepted')
    await second.vouch(sold)
    await second.close()
    const restarted = await new Network(0, {}, network.masa, network.credentials).start()
    restarted.admissions.set('BOX-sold', 'accepted')
    const connection = await restarted.connect(sold)
    const answer = await connection.enroll(newCertificateRequest(newPrivateKey('p256'), {}), 'first')
    connection.close()
    await restarted.close()
    assert.equal(answer.status, 406)
    assert.match(text(answer.body), /got a voucher after this one did/)
  })

  test('200: a box that goes on with its voucher after the registrar was restarted', async () => {
    const box = network.box('BOX-goes-on')
    await network.vouch(box)
    const restarted = await new Network(0, {}, network.masa, network.credentials).start()
    restarted.admissions.set('BOX-goes-on', 'accepted')
    const connection = await restarted.connect(box)
    const answer = await connection.enroll(newCertificateRequest(newPrivateKey('p256'), {}), 'first')
    connection.close()
    await restarted.close()
    assert.equal(answer.status, 200, text(answer.body))
  })

  test('500: a decision that could not be kept, without a certificate', async () => {
    const failing = network.box('BOX-failing')
    network.failing.add('BOX-failing')
    await network.vouch(failing)
    const answer = await raw(paths.simpleEnroll, { client: failing, type: mediaTypes.pkcs10, body: csr('BOX-failing') })
    assert.equal(answer.status, 500)
    assert.ok(!answer.body.includes('disk'), 'what failed is for the operator')
    const told = network.events.at(-1)!
    assert.ok(told.type === 'failed' && /disk is full/.test(String(told.error)), JSON.stringify(told))
  })

  test('refusals are told, with the box where it is known', () => {
    const refusals = network.events.filter((event) => event.type === 'refused')
    assert.ok(refusals.some(({ status, serialNumber }) => status === 403 && serialNumber === 'BOX-1'))
    assert.ok(refusals.some(({ status, serialNumber }) => status === 401 && serialNumber === undefined))
  })

  test('429: a box that asks too often, while others go on', async () => {
    const strict = await new Network(await freePort()).start('local', { limits: { requestsPerMinute: 3 } })
    try {
      const [loud, quiet] = [strict.box('LOUD'), strict.box('QUIET')]
      const connection = await strict.connect(loud)
      const statuses: number[] = []
      for (let count = 0; count < 5; count++)
        statuses.push((await connection.voucherStatus({ version: 1, outcome: 'success' })).status)
      assert.deepEqual(statuses, [200, 200, 200, 429, 429])
      connection.close()
      const other = await strict.connect(quiet)
      assert.equal((await other.voucherStatus({ version: 1, outcome: 'success' })).status, 200)
      other.close()
    } finally {
      await strict.close()
    }
  })

  test('no status: connections that only wait, or are too many from one address, end', async () => {
    const waiting = connectTls({ host: '127.0.0.1', port: network.port, rejectUnauthorized: false })
    await once(waiting, 'secureConnect')
    waiting.write('POST /.well-known/brski/requestvoucher HTTP/1.1\r\nhost: x\r\n')
    const crowd = Array.from({ length: 12 }, () => connectTcp(network.port, '127.0.0.1'))
    const closed = crowd.map((socket) => {
      socket.on('error', () => {})
      socket.resume()
      return once(socket, 'close')
    })
    await eventually(
      'seven of thirteen are closed at once',
      () => crowd.filter((socket) => socket.destroyed).length >= 6,
    )
    await Promise.all([once(waiting.resume(), 'close'), ...closed])
  })
})

describe('a connection to a registrar', () => {
  let network: Network
  before(async () => {
    network = await new Network(await freePort()).start()
  })
  after(() => network.close())

  test('is refused to a server of another domain, and to a member that plays the registrar', async () => {
    const box = network.box('BOX-1')
    const other = openDomain(join(network.folder, 'other'), { name: 'other' })
    await assert.rejects(
      network.connect(box, { trust: [other.ca.certificate], now: Date.now() }),
      /leads to no trusted/,
    )
    const right = await network.connect(box, { trust: [network.credentials.ca.certificate], now: Date.now() })
    const key = newPrivateKey('p256')
    await network.vouch(box)
    const { certificate } = await right.enroll(newCertificateRequest(key, {}), 'first')
    right.close()
    const { ca } = network.credentials
    const registrar = { key, certificate: certificate!, chain: [] }
    const fake = await new Network(0, {}, network.masa, { ca, registrar }).start()
    await assert.rejects(
      fake.connect(box, { trust: [ca.certificate], now: Date.now() }),
      /is no registrar of its domain/,
    )
    await fake.close()
  })

  test('shows where a redirection leads, and follows none: the pledge counts them (RFC 8995 §5.6)', async (t) => {
    const box = network.box('BOX-3')
    const port = await otherServer(t, network.credentials.registrar, (_request, response) => {
      response.writeHead(307, { location: 'https://other.example/.well-known/brski/requestvoucher' }).end()
    })
    const connection = await network.connect(box, { port })
    const answer = await connection.requestVoucher(network.request(box, connection, newNonce()))
    connection.close()
    assert.equal(answer.status, 307)
    assert.equal(answer.location, 'https://other.example/.well-known/brski/requestvoucher')
  })

  test('ends at an answer that is too long, and at one that does not come', async (t) => {
    const box = network.box('BOX-4')
    const port = await otherServer(t, network.credentials.registrar, (request, response) => {
      if (request.url === paths.caCerts) response.end(Buffer.alloc(1_000_000))
    })
    const long = await network.connect(box, { port })
    await assert.rejects(long.caCerts(), /more than 131072 octets/)
    await assert.rejects(long.csrAttrs(), /has ended/)
    const silent = await network.connect(box, { port, timeout: 2000 })
    await assert.rejects(silent.csrAttrs(), /csrattrs: no answer within 2000 ms/)
  })

  test('of a registrar to its MASA follows a log that was prepared, on that server only (RFC 8995 §5.8)', async (t) => {
    const { masa, credentials } = network
    const box = network.box('BOX-5')
    await network.vouch(box)
    const logs = new Map<string, Uint8Array>()
    let location = '/logs/7Qd1'
    const port = await otherServer(t, masa.server, (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        if (request.method === 'GET') {
          response.end(logs.get(request.url!))
          return
        }
        const reply = masa.requestAuditLog(Buffer.concat(parts))
        assert.ok(!isRefused(reply), JSON.stringify(reply))
        logs.set('/logs/7Qd1', reply.body)
        response.writeHead(201, { location }).end()
      })
    })
    const client = masaClient({ trusted: [masa.voucherAnchor], url: `127.0.0.1:${port}` })
    const signer = cmsSigner({ ...credentials.registrar, chain: [credentials.ca.certificate] })
    const ask = () =>
      client.ask({
        resource: 'requestAuditLog',
        cms: signer.sign(writeVoucherRequest({ serialNumber: 'BOX-5' })),
        masaUrl: undefined,
        accept: mediaTypes.json,
        signal: AbortSignal.timeout(20_000),
      })
    const log = readAuditLog((await ask()).body)
    assert.ok(!isRefused(log))
    assert.equal(log.events.length, 1)
    location = 'https://other.example/logs/7Qd1'
    const refused = await ask()
    assert.equal(refused.status, 502)
    assert.match(text(refused.body), /another server/)
  })

  test('rejects what is asked after its end, and where nobody listens', async () => {
    const here = await new Network(await freePort()).start()
    const box = here.box('BOX-2')
    const connection = await here.connect(box)
    await here.close()
    await assert.rejects(connection.caCerts(), ConnectionError)
    await assert.rejects(connection.caCerts(), ConnectionError)
    await assert.rejects(here.connect(box), /no TLS with 127\.0\.0\.1/)
  })
})

describe('the log of a MASA', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vagus-masa-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('holds every voucher that was given out before kill -9', async () => {
    const path = join(folder, 'killed')
    const policy = { pledgeRequest: 'optional' as const }
    for (let run = 1; run <= 3; run++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'masa-child.ts'), path, `${run}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.on('data', (part: Buffer) => (said += part.toString()))
      await eventually('some vouchers', () => said.split('\n').length > 4 + run)
      await sleep(run * 3)
      child.kill('SIGKILL')
      await once(child, 'close')
      const given = said.split('\n').slice(0, -1)
      const masa = openMasa(join(path, 'masa'), { url: 'masa.example', policy })
      const { registrar, ca } = openDomain(join(path, 'domain'), { name: 'area51.example' })
      const signer = cmsSigner({ ...registrar, chain: [ca.certificate] })
      const reply = masa.requestAuditLog(signer.sign(writeVoucherRequest({ serialNumber: `BOX-${run}` })))
      assert.ok(!isRefused(reply), JSON.stringify(reply))
      const log = readAuditLog(reply.body)
      assert.ok(!isRefused(log))
      // The log shows the newest, and how many there were before: one more than was said is one that was not sent.
      const count = log.events.reduce((sum, { truncated = 0 }) => sum + 1 + truncated, 0)
      assert.ok(count === given.length || count === given.length + 1, `${count} in the log, ${given.length} given out`)
      assert.ok([given.at(-1), `${run}-${given.length}`].includes(log.events[0]!.nonce!))
    }
  })
})
