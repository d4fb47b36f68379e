/** Interop with nqminds/brski in every direction, with the flags for its deviations. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkVoucher, type Voucher, writeVoucherRequest } from '@vagus/brski'
import { brskiCrypto, cmsSigner, type Issuer } from '@vagus/pki'
import { connectRegistrar, localMasa, masaClient, type MasaService, serveMasa, serveRegistrar } from '../src/index.ts'
import { Network } from './network.ts'
import { configure, freePort, needsNqminds, runPledge, start } from './nqminds.ts'

const serialNumber = 'BOX-17'
const nonce = 'giEWNoRGaxaqp+I0DIwGvgWnSr2FmaKz'
const theirs = { bodyEncodings: ['base64'], roots: ['rfc8366'] } as const

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
