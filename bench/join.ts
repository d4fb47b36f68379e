/**
 * What zero touch costs: from a box's first octet to its certificate (LDevID), through a join proxy, with a voucher of a MASA;
 * against one TLS connection with a certificate request by a box that knew its domain before. Same registrar, same run, in
 * turns, all on loopback. Nobody has to accept, and the proxy is known: how long people and floods take is no figure of ours.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRegistrar, localMasa, openDomain, openMasa, serveRegistrar } from '../packages/bootstrap/src/index.ts'
import { isRefused } from '../packages/brski/src/index.ts'
import { brskiCrypto, newCertificateRequest, newPrivateKey } from '../packages/pki/src/index.ts'
import { CircuitCount } from '../apps/device/src/joining/circuit-limits.ts'
import { openCircuitProxy } from '../apps/device/src/joining/circuit-proxy.ts'
import { Exchanges } from '../apps/device/src/joining/pledge/exchanges.ts'
import { JoiningFile } from '../apps/device/src/joining/pledge/joining-state.ts'
import type { Row } from '../scripts/bench.ts'

const rounds = 30
const warmUp = 5
const host = '::1'
const timeout = 60_000

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-join-'))
  const masa = openMasa(join(folder, 'masa'), { url: 'localhost:9443' })
  const credentials = openDomain(join(folder, 'domain'), { name: 'example' })
  const registrar = await serveRegistrar(
    {
      credentials,
      makers: [{ name: 'our own', anchors: [masa.deviceAnchor], masa: localMasa(masa) }],
      membership: {
        admission: () => 'accepted',
        enrolled: () => undefined,
        standing: () => 'member',
        settings: () => ({ domain: 'example', options: { agent: '10.8.0.2' } }),
      },
      limits: { requestsPerMinute: 1e6, connectionsPerAddress: 1e6, connections: 1e6 },
    },
    { host, port: 0 },
  )
  const proxy = await openCircuitProxy({
    listenAt: host,
    registrar: () => ({ address: host, port: registrar.port }),
    count: new CircuitCount(),
    onCircuit: () => undefined,
  })
  const agentKey = newPrivateKey('ed25519')
  try {
    const figures = { zeroTouch: [] as number[], bare: [] as number[], member: [] as number[] }
    for (let round = 0; round < warmUp + rounds; round++) {
      const serial = `BOX-${round}`
      const { certificate, key } = masa.issue({ serialNumber: serial })
      const idevid = { serial, issuer: { key: key!, certificate, chain: [] }, makers: [masa.voucherAnchor] }
      const file = new JoiningFile(join(folder, serial, 'state.json'), serial)
      const parts = { idevid, file, agentKey: () => agentKey, settle: () => undefined, now: Date.now }
      const exchanges = new Exchanges(parts)
      const begun = performance.now()
      const client = idevid.issuer
      const pledge = await connectRegistrar({ host, port: proxy.port, client, trust: 'provisional', timeout })
      for (const exchange of ['voucher', 'voucher-status', 'cacerts', 'csrattrs', 'enrol'] as const) {
        const outcome = await exchanges.run(exchange, { status: true }, pledge)
        if (outcome.type !== 'done') throw new Error(`${exchange}: ${JSON.stringify(outcome)}`)
      }
      pledge.close()
      const enrolled = performance.now()
      const ldevid = certificateOf(file)
      const trust = [credentials.ca.certificate]
      const member = await connectRegistrar({ host, port: proxy.port, client: ldevid, trust, timeout })
      for (const exchange of ['enrol-status', 'settings'] as const)
        await exchanges.run(exchange, { status: true }, member)
      member.close()
      const settled = performance.now()
      // After it, as a registrar gives nobody a certificate whose maker's log shows no voucher.
      const bare = await timed(async () => {
        const connection = await connectRegistrar({ host, port: registrar.port, client: idevid.issuer, trust, timeout })
        const answer = await connection.enroll(newCertificateRequest(agentKey, { serialNumber: serial }), 'first')
        connection.close()
        if (answer.certificate === undefined) throw new Error(`no certificate: ${answer.status}`)
      })
      if (round < warmUp) continue
      figures.bare.push(bare)
      figures.zeroTouch.push(enrolled - begun)
      figures.member.push(settled - begun)
      if (round % 10 === 0) progress(`${round - warmUp} of ${rounds} boxes`)
    }
    const [ours, peer, whole] = [figures.zeroTouch, figures.bare, figures.member].map(median) as [
      number,
      number,
      number,
    ]
    return [
      {
        claim: 'from the first octet to the certificate of the domain, through a join proxy',
        unit: 'ms',
        ours,
        peer,
        ratio: peer / ours,
        aim: '–',
        note: `the peer knew its domain: one TLS connection, one request. With its settings the box has all after ${whole.toFixed(1)} ms`,
      },
    ]
  } finally {
    await proxy.close()
    await registrar.close()
    rmSync(folder, { recursive: true })
  }

  function certificateOf(file: JoiningFile) {
    const read = brskiCrypto.readCertificate(Buffer.from(file.state.member!.certificate, 'base64'))
    if (isRefused(read)) throw new Error(read.because.problem)
    return { key: agentKey, certificate: read, chain: [] }
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
