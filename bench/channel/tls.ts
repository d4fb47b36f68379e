/** node:tls 1.3, both sides with an Ed25519 certificate, X25519MLKEM768. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  connect,
  type ConnectionOptions,
  createSecureContext,
  createServer,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { BenchConnection, BenchPeer } from './peer.ts'

interface Target {
  readonly port: number
  readonly key: string
  readonly certificate: string
}

const group = 'X25519MLKEM768'
const openssl = 'openssl'
const sessions = new Map<number, Buffer>()
/** Keys and certificates are read once, as ours are. */
let secureContext: SecureContext | undefined

/** One self-signed certificate for both sides, which each pins. */
function newCertificate(): { readonly key: string; readonly certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const request = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', '/CN=bench']
  execFileSync(openssl, [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const pair = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}

export const peer: BenchPeer = {
  serve(onStream) {
    const { key, certificate } = newCertificate()
    const server = createServer(
      {
        key,
        cert: certificate,
        ca: certificate,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.3',
        ecdhCurve: group,
        noDelay: true,
        allowHalfOpen: true,
      },
      onStream,
    )
    server.on('tlsClientError', () => undefined)
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', 1024, () => {
        const address = server.address()
        resolve({ target: { port: typeof address === 'object' ? address!.port : 0, key, certificate } })
      })
    })
  },
  connect(target, how, lane) {
    const { port, key, certificate } = target as Target
    secureContext ??= createSecureContext({
      key,
      cert: certificate,
      ca: certificate,
      minVersion: 'TLSv1.3',
      ecdhCurve: group,
    })
    return new Promise<BenchConnection>((resolve, reject) => {
      const session = how === 'resumed' ? sessions.get(lane) : undefined
      const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
        port,
        host: '127.0.0.1',
        secureContext,
        checkServerIdentity: () => undefined,
        allowHalfOpen: true,
        session,
      }
      const socket: TLSSocket = connect(options)
      socket.setNoDelay(true)
      socket.once('error', reject)
      if (how === 'resumed') socket.on('session', (next) => sessions.set(lane, next))
      socket.once('secureConnect', () => {
        const tls = socket.getEphemeralKeyInfo() as { readonly name?: string }
        if (session === undefined && tls.name !== undefined && tls.name !== group)
          reject(new Error(`TLS agreed on ${tls.name}`))
        resolve({ stream: socket, close: () => socket.destroy() })
      })
    })
  },
}
