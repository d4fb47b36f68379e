/** Interop with OpenSSL's tools, and with nqminds/brski in every direction, with the flags for its deviations. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Certificate, checkVoucher, isRefused, type Voucher, writeVoucherRequest } from '@vagus/brski'
import {
  agentOf,
  brskiCrypto,
  certificatesPem,
  cmsSigner,
  issueLdevid,
  type Issuer,
  newCertificateRequest,
  newPrivateKey,
  publicKeyOf,
  readCertificateRequest,
  writeCertificates,
} from '@vagus/pki'
import { needs } from '../../../scripts/needs.ts'
import { connectRegistrar, localMasa, masaClient, type MasaService, serveMasa, serveRegistrar } from '../src/index.ts'
import { Network } from './network.ts'
import { configure, needsNqminds, runPledge, start } from './nqminds.ts'
import { freePort } from '../../../scripts/free-port.ts'

const serialNumber = 'BOX-17'
const nonce = 'giEWNoRGaxaqp+I0DIwGvgWnSr2FmaKz'
const theirs = { bodyEncodings: ['base64'], roots: ['rfc8366'] } as const

describe('OpenSSL', { skip: needs('openssl') }, () => {
  let folder: string
  let network: Network
  before(() => {
    network = new Network(0)
    folder = network.folder
  })
  after(() => network.close())

  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 })
    return join(folder, name)
  }
  const openssl = (...args: readonly string[]): Buffer => execFileSync('openssl', args, { stdio: 'pipe' })
  const pem = (name: string, ...certificates: readonly Certificate[]): string =>
    put(name, certificatesPem(certificates))

  test('verifies what box, registrar and MASA sign', () => {
    const { masa, credentials } = network
    const box = network.box('BOX-1')
    const cases = [
      { by: box, chain: [], anchor: masa.deviceAnchor, purpose: [] },
      { by: masa.server, chain: [], anchor: masa.voucherAnchor, purpose: [] },
      { by: credentials.registrar, chain: [], anchor: credentials.ca.certificate, purpose: ['-purpose', 'any'] },
    ]
    for (const { by, chain, anchor, purpose } of cases) {
      const signed = put('signed.der', cmsSigner({ ...by, chain }).sign(Buffer.from('content')))
      const anchors = pem('anchor.pem', anchor)
      const said = openssl('cms', '-verify', '-binary', '-inform', 'DER', '-in', signed, '-CAfile', anchors, ...purpose)
      assert.equal(said.toString(), 'content')
      const printed = openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', signed).toString()
      assert.match(printed, /eContentType: .*1\.2\.840\.113549\.1\.9\.16\.1\.40/)
    }
  })

  test('reads and verifies the certificates that are issued', () => {
    const { masa, credentials } = network
    const { ca } = credentials
    const { certificate: idevid } = network.box('BOX-2')
    const publicKey = publicKeyOf(newPrivateKey('ed25519'))
    const ldevid = issueLdevid(ca, { serialNumber: 'BOX-2', publicKey, now: Date.now(), life: 60_000 })
    const verify = (certificate: Certificate, anchor: Certificate): string =>
      openssl('verify', '-x509_strict', '-CAfile', pem('ca.pem', anchor), pem('each.pem', certificate)).toString()
    for (const certificate of [ldevid, credentials.registrar.certificate])
      assert.match(verify(certificate, ca.certificate), /: OK/)
    assert.match(verify(idevid, masa.deviceAnchor), /: OK/)
    assert.match(verify(masa.server.certificate, masa.voucherAnchor), /: OK/)
    const textOf = (certificate: Certificate): string =>
      openssl('x509', '-text', '-noout', '-in', pem('each.pem', certificate)).toString()
    assert.match(textOf(ldevid), /Public Key Algorithm: ED25519/)
    assert.ok(textOf(ldevid).includes(`URI:${agentOf(publicKey)}`))
    assert.match(textOf(idevid), /1\.3\.6\.1\.5\.5\.7\.1\.32:/)
    assert.match(textOf(idevid), /Not After : Dec 31 23:59:59 9999 GMT/)
    assert.match(textOf(credentials.registrar.certificate), /1\.3\.6\.1\.5\.5\.7\.3\.28|CMC Registration Authority/)
  })

  test('reads certificate requests and lists of certificates', () => {
    for (const algorithm of ['p256', 'ed25519'] as const) {
      const der = put('request.der', newCertificateRequest(newPrivateKey(algorithm), { serialNumber: 'BOX-3' }))
      assert.match(openssl('req', '-verify', '-noout', '-subject', '-inform', 'DER', '-in', der).toString(), /BOX-3/)
    }
    const list = put('list.der', writeCertificates([network.masa.deviceAnchor, network.masa.voucherAnchor]))
    const printed = openssl('pkcs7', '-inform', 'DER', '-in', list, '-print_certs', '-noout').toString()
    assert.match(printed, /device CA[^]*MASA CA/)
  })

  test('signs what is read here: other hashes, keys, names of the signer, and no attributes', () => {
    const content = put('content', 'content')
    const make = (name: string, ...key: readonly string[]): readonly string[] => {
      const [keyFile, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
      const days = [
        '-days',
        '2',
        '-subj',
        `/CN=${name}/serialNumber=7`,
        '-addext',
        'keyUsage=critical,digitalSignature,keyCertSign',
      ]
      openssl('req', '-x509', '-nodes', '-newkey', ...key, '-keyout', keyFile, '-out', certificate, ...days)
      return ['-signer', certificate, '-inkey', keyFile]
    }
    const [p256, p384, rsa] = [
      make('p256', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'),
      make('p384', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'),
      make('rsa', 'rsa:2048'),
    ]
    const variants = [
      p256,
      p384,
      rsa,
      [...p256, '-keyid'],
      [...p256, '-md', 'sha384'],
      [...rsa, '-md', 'sha512'],
      [...p256, '-noattr'],
    ]
    for (const variant of variants) {
      const out = join(folder, 'theirs.der')
      openssl('cms', '-sign', '-binary', '-nodetach', '-in', content, '-outform', 'DER', '-out', out, ...variant)
      const signed = brskiCrypto.readSigned(readFileSync(out))
      assert.ok(!isRefused(signed), `${variant.join(' ')}: ${JSON.stringify(signed)}`)
      assert.equal(Buffer.from(signed.content).toString(), 'content')
      assert.equal(signed.signer.deviceSerial, '7')
    }
    for (const [variant, problem] of [
      [[...p256, '-md', 'sha1'], /the hash 1\.3\.14\.3\.2\.26 is not accepted/],
      [[...p256, '-nocerts'], /neither in the CMS nor known/],
    ] as const) {
      const out = join(folder, 'theirs.der')
      openssl('cms', '-sign', '-binary', '-nodetach', '-in', content, '-outform', 'DER', '-out', out, ...variant)
      assert.match(JSON.stringify(brskiCrypto.readSigned(readFileSync(out))), problem)
    }
    for (const key of [['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['ed25519']]) {
      const out = join(folder, 'theirs.csr')
      openssl(
        'req',
        '-new',
        '-nodes',
        '-newkey',
        ...key,
        '-keyout',
        join(folder, 'k'),
        '-subj',
        '/serialNumber=9',
        '-outform',
        'DER',
        '-out',
        out,
      )
      const request = readCertificateRequest(readFileSync(out))
      assert.ok(!isRefused(request), JSON.stringify(request))
      assert.equal(request.deviceSerial, '9')
    }
  })
})

describe('nqminds/brski', { skip: needsNqminds }, () => {
  let network: Network
  let box: Issuer
  let config: string
  const ports = { theirRegistrar: 0, theirMasa: 0, ourMasa: 0 }
  const children: ChildProcess[] = []

  /** Their registrar asks the MASA of its configuration, so each pair has a folder of its own. */
  const folderFor = (name: string, registrarPort: number, masaPort: number): string => {
    const folder = join(network.folder, name)
    mkdirSync(folder)
    const { credentials, masa } = network
    const domain = { registrar: credentials.registrar, domainCa: credentials.ca.certificate }
    const maker = { masa: masa.server, voucherAnchor: masa.voucherAnchor }
    return configure(folder, { box, serialNumber, nonce, ...domain, ...maker, registrarPort, masaPort })
  }
  const run = async (role: 'registrar' | 'masa', file: string, port: number): Promise<void> => {
    children.push(await start(role, file, port))
  }

  before(async () => {
    for (const name of ['theirRegistrar', 'theirMasa', 'ourMasa'] as const) ports[name] = await freePort()
    network = new Network(ports.ourMasa, { roots: ['rfc8366', 'rfc8995'] })
    box = network.box(serialNumber)
    config = folderFor('theirs', ports.theirRegistrar, ports.theirMasa)
    await run('masa', config, ports.theirMasa)
    await run('registrar', config, ports.theirRegistrar)
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await network?.close()
  })

  const ourRegistrar = async (masa: MasaService, options: object = theirs): Promise<number> => {
    const { credentials, membership } = network
    const makers = [{ name: 'maker', anchors: [network.masa.deviceAnchor], masa, requestRoot: 'rfc8366' as const }]
    const tell = (event: (typeof network.events)[number]): void => void network.events.push(event)
    const given = { credentials, makers, membership, tell, auditLog: 'preferred' as const, ...options }
    const registrar = await serveRegistrar(given, { host: '127.0.0.1', port: 0 })
    network.keep(registrar)
    return registrar.port
  }
  const theirMasa = (): MasaService =>
    masaClient({
      trusted: [network.masa.voucherAnchor],
      url: `127.0.0.1:${ports.theirMasa}`,
      client: network.credentials.registrar, // it wants one
      bodyEncoding: 'base64',
    })

  /** Our pledge asks for a voucher; the one that it believes. */
  const ask = async (port: number): Promise<Voucher> => {
    const connection = await connectRegistrar({
      host: '127.0.0.1',
      port,
      client: box,
      trust: 'provisional',
      timeout: 20_000,
      bodyEncoding: 'base64',
    })
    const [server] = connection.server
    const request = { serialNumber, nonce, createdOn: Date.now(), assertion: 'proximity' as const }
    const content = writeVoucherRequest({ ...request, proximityRegistrarCert: server.der }, 'rfc8366')
    const answer = await connection.requestVoucher(cmsSigner(box).sign(content))
    connection.close()
    const problems = network.events.filter((event) => 'problem' in event).map(({ problem }) => problem)
    assert.equal(answer.status, 200, new TextDecoder().decode(answer.body) + problems.join('; '))
    const anchors = [network.masa.voucherAnchor]
    // Their registrar shows no chain, and its certificate leads to the pinned one.
    const question = { anchors, serialNumber, nonce, nonceless: 'refused' as const, server: connection.server }
    const checked = checkVoucher(answer.body, { ...question, now: Date.now() }, brskiCrypto)
    assert.equal(checked.type, 'verified', JSON.stringify(checked))
    assert.ok(checked.type === 'verified')
    return checked.accepted.voucher
  }

  test('our pledge believes the voucher of their registrar and their MASA', async () => {
    assert.equal((await ask(ports.theirRegistrar)).nonce, nonce)
  })

  test('our pledge believes the voucher that our registrar gets from their MASA', async () => {
    const voucher = await ask(await ourRegistrar(theirMasa()))
    assert.equal(voucher.assertion, 'proximity')
  })

  test('their pledge believes the voucher of our registrar and our MASA', async () => {
    const port = await ourRegistrar(localMasa(network.masa))
    const { code, said } = await runPledge(folderFor('pledge-to-ours', port, ports.ourMasa))
    assert.equal(code, 0, `${said}\n${JSON.stringify(network.events.at(-1))}`)
  })

  test('their pledge believes the voucher that our registrar gets from their MASA', async () => {
    const port = await ourRegistrar(theirMasa())
    const { code, said } = await runPledge(folderFor('pledge-to-both', port, ports.theirMasa))
    assert.equal(code, 0, said)
  })

  test('their pledge and registrar get a voucher from our MASA', async () => {
    const { masa } = network
    network.keep(await serveMasa(masa, { host: '127.0.0.1', port: ports.ourMasa, bodyEncodings: ['base64'] }))
    const registrarPort = await freePort()
    const file = folderFor('theirs-to-our-masa', registrarPort, ports.ourMasa)
    await run('registrar', file, registrarPort)
    const { code, said } = await runPledge(file)
    assert.equal(code, 0, said)
  })
})
