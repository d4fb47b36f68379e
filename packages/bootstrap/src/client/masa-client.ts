/** A MASA asked over HTTPS (RFC 8995 §5.4, §5.5). @module */
import { type Certificate, isRefused, masaUrlOf, mediaTypes } from '@vagus/brski'
import { certificatesPem, type Issuer, privateKeyPem } from '@vagus/pki'
import { type BodyEncoding, decodeBody, encodeBody } from '../http/body-encoding.ts'
import type { MasaAnswer, MasaService } from '../registrar/options.ts'
import { type Answer, exchange } from './exchange.ts'

export interface MasaClientOptions {
  /** Anchors of the MASA's TLS server; `system`: those of this host. Its host name is checked in both cases. */
  readonly trusted: 'system' | readonly Certificate[]
  /** Instead of what IDevIDs say; read like that. */
  readonly url?: string
  /** Certificate shown to the MASA. Left out: none (RFC 8995 §5.4). */
  readonly client?: Issuer
  /** Default `binary`. */
  readonly bodyEncoding?: BodyEncoding
}

export function masaClient(options: MasaClientOptions): MasaService {
  return {
    ask: async ({ resource, cms, masaUrl, accept, signal }) => {
      const named = options.url ?? masaUrl
      if (named === undefined) return failed(404, 'the IDevID names no MASA, and none is configured for its maker')
      const target = masaUrlOf(named, resource)
      if (isRefused(target)) return failed(404, target.because.problem)
      const { bodyEncoding = 'binary' } = options
      const headers = {
        'content-type': mediaTypes.voucher,
        accept: resource === 'requestVoucher' ? accept : mediaTypes.json,
      }
      try {
        const answer = await ask(options, target.url, { headers, body: encodeBody(cms, bodyEncoding), signal })
        if (answer.status === 200 && resource === 'requestVoucher') return decoded(answer, bodyEncoding)
        if (answer.status !== 201 || answer.location === undefined) return answer
        return await fetchLog(options, target.url, answer.location, signal)
      } catch (error) {
        return failed(503, `${target.url} cannot be asked: ${(error as Error).message}`)
      }
    },
  }
}

/** A log that was prepared at another path of the same server (RFC 8995 §5.8). */
async function fetchLog(
  options: MasaClientOptions,
  from: string,
  location: string,
  signal: AbortSignal,
): Promise<MasaAnswer> {
  const url = new URL(location, from)
  if (url.origin !== new URL(from).origin) return failed(502, `the log is on another server, ${url.origin}`)
  return ask(options, url.href, { headers: { accept: mediaTypes.json }, signal })
}

function ask(
  { client, trusted }: MasaClientOptions,
  url: string,
  what: {
    readonly headers: Readonly<Record<string, string>>
    readonly body?: Uint8Array
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  const { headers, body, signal } = what
  const { hostname, port, pathname, search } = new URL(url)
  const length = body === undefined ? {} : { 'content-length': `${body.length}` }
  const shown =
    client === undefined
      ? {}
      : { key: privateKeyPem(client.key), cert: certificatesPem([client.certificate, ...client.chain]) }
  const options = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 443 : Number(port),
    path: pathname + search,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...length },
    minVersion: 'TLSv1.2' as const,
    ...shown,
    ...(trusted === 'system' ? {} : { ca: certificatesPem(trusted) }),
    agent: false as const, // one request in days: no connection is kept
    signal,
  }
  return exchange(options, body ?? new Uint8Array())
}

function decoded(answer: Answer, encoding: BodyEncoding): MasaAnswer {
  const body = decodeBody(answer.body, [encoding])
  return body === undefined ? failed(502, `the voucher is no CMS in ${encoding}`) : { ...answer, body }
}

const failed = (status: number, problem: string): MasaAnswer => ({
  status,
  contentType: mediaTypes.problem,
  body: Buffer.from(problem),
})
