/** Requests as no client of ours would make them, and servers that are none of ours. */
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { certificatesPem, type Issuer, privateKeyPem } from '@vagus/pki'

export interface RawRequest {
  readonly client?: Issuer | undefined
  readonly method?: string
  readonly type?: string
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array | string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export function rawRequest(
  port: number,
  path: string,
  { client, method = 'POST', type, headers, body = '' }: RawRequest,
): Promise<RawAnswer> {
  const shown =
    client === undefined ? {} : { key: privateKeyPem(client.key), cert: certificatesPem([client.certificate]) }
  const target = { host: '127.0.0.1', port, path, method, rejectUnauthorized: false, agent: false as const }
  const typed = { ...(type === undefined ? {} : { 'content-type': type }), ...headers }
  return new Promise((resolve, reject) => {
    const asking = request({ ...target, ...shown, headers: typed })
    asking.on('error', reject)
    asking.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const { statusCode, headers } = response
        resolve({ status: statusCode!, headers, body: Buffer.concat(parts).toString() })
      })
    })
    asking.end(body)
  })
}

/** A server that is none of ours, with the key of `issuer`. */
export async function otherServer(test: TestContext, issuer: Issuer, listener: RequestListener): Promise<number> {
  const cert = certificatesPem([issuer.certificate])
  const server = createServer({ key: privateKeyPem(issuer.key), cert }, listener).listen(0, '127.0.0.1')
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
