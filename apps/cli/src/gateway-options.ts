/** Options of `vagus gateway`, and what is wrong with their values before anything is opened. @module */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { GatewayOptions } from '@vagus/sidecar/gateway'
import { isLoopbackAddress } from './doctor/security/loopback.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

const usage = (problem: string, fix: string): Failure => new Failure(exitCode.usage, problem, fix)

/** Where a gateway listens, checked. */
interface Listen {
  readonly host: string
  readonly port: number
  readonly files: { readonly cert: string; readonly key: string } | undefined
}

/** @throws {Failure} usage */
export function checkListenUrl({
  listen,
  cert,
  key,
}: {
  readonly listen: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}): Listen {
  const url = URL.parse(listen ?? '')
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || !/^[\d.]+$|:/.test(host))
    throw usage(
      `"--listen" must be https://ADDRESS:PORT or http://127.0.0.1:PORT, got "${listen ?? ''}"`,
      'for all addresses of this host: --listen https://0.0.0.0:443',
    )
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (url.protocol === 'http:') {
    checkPlain(host, [cert, key])
    return { host, port, files: undefined }
  }
  if (cert !== undefined && key !== undefined) return { host, port, files: { cert, key } }
  throw usage('"--listen https://…" needs --cert FILE and --key FILE', 'such as --cert fullchain.pem --key privkey.pem')
}

/** @throws {Failure} usage */
function checkPlain(host: string, files: readonly (string | undefined)[]): void {
  if (!isLoopbackAddress(host))
    throw usage(
      `"--listen" at ${host} would take tokens without encryption from other hosts`,
      '--listen https://… with --cert and --key, or http://127.0.0.1:PORT behind a proxy with TLS',
    )
  if (files.some((file) => file !== undefined))
    throw usage('"--cert" and "--key" are for https', '--listen https://ADDRESS:PORT')
}

/**
 * @param publicUrl how callers know it; undefined: as it listens. A certificate without that name is told of, and not
 * refused: a proxy before it may have another. @throws {Failure} usage, where the files cannot be used
 */
export async function listenedAt(
  { host, port, files }: Listen,
  publicUrl: string | undefined,
  report: (line: string) => void,
): Promise<Pick<GatewayOptions, 'host' | 'port' | 'tls'>> {
  if (files === undefined) return { host, port }
  const { TlsFiles } = await import('@vagus/keyring/tls-files')
  const tls = new TlsFiles(files, report)
  try {
    const problem = nameProblem(tls.read().cert, publicUrl === undefined ? host : new URL(publicUrl).hostname)
    if (problem !== undefined) report(`the certificate in ${files.cert} ${problem}`)
  } catch (error) {
    throw usage(
      `"--cert" and "--key": ${(error as Error).message}`,
      'PEM files: the certificate with those above it, and its private key',
    )
  }
  return { host, port, tls }
}

/** What callers who know the server as `host` would find; undefined: the certificate is for it. */
function nameProblem(pem: string, host: string): string | undefined {
  const certificate = new X509Certificate(pem)
  const address = host.replace(/^\[|\]$/g, '')
  const isFor =
    isIP(address) === 0 ? certificate.checkHost(address, { subject: 'never' }) : certificate.checkIP(address)
  if (isFor !== undefined) return undefined
  const names = certificate.subjectAltName?.replaceAll(/(DNS|IP Address):/g, '') ?? 'no name'
  return `is for ${names}, not for ${address}: callers refuse it, unless a proxy before this gateway has another`
}

/** Without a slash at its end; `undefined`: as it listens. @throws {Failure} usage */
export function publicUrlOf(text: string | undefined, { host }: Pick<Listen, 'host'>): string | undefined {
  if (text === undefined && !['0.0.0.0', '::'].includes(host)) return undefined
  if (text === undefined)
    throw usage(`"--listen" at ${host} does not say how callers know it`, 'add --public https://agents.example.com')
  const url = URL.parse(text)
  const isOrigin =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === ''
  if (isOrigin && (url.protocol === 'https:' || isLoopbackAddress(url.hostname.replace(/^\[|\]$/g, ''))))
    return url.origin
  throw usage(
    `"--public" must be https://HOST without a path, got "${text}"`,
    'such as --public https://agents.example.com; a gateway has a host of its own',
  )
}

/** @throws {Failure} usage */
export async function publishedOf(words: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [{ isAgentId, isAgentName, nameRule }, { isOfClaim }] = await Promise.all([
    import('@vagus/identity'),
    import('@vagus/lookup'),
  ])
  if (words.length === 0) throw usage('"vagus gateway" needs --publish LIST', 'such as --publish writer,calc')
  const published = new Map<string, string>()
  for (const word of words) {
    const [name = '', called = name] = word.split(/=(.*)/s)
    const isCallable = isAgentName(called) || isAgentId(called) || isOfClaim(called)
    if (!isAgentName(name) || !isCallable || published.has(name))
      throw usage(
        `"--publish" takes names (${nameRule}), each once, also as NAME=WHO for another agent, skill:X or role:X, got "${word}"`,
        'such as --publish writer,reports=skill:report.write',
      )
    published.set(name, called)
  }
  return published
}

/** As URLs name them, so that each can be met. @throws {Failure} usage */
export function webhookHosts(words: readonly string[]): readonly string[] {
  const wrong = words.find((word) => URL.parse(`https://${word}`)?.host !== word)
  if (wrong === undefined) return words
  throw usage(`"--webhooks" takes hosts, got "${wrong}"`, 'such as --webhooks hooks.example or hooks.example:8443')
}

/** Whose tokens count. @throws {Failure} usage */
export async function accessOf(
  values: {
    readonly issuer: string | undefined
    readonly audience: string | undefined
    readonly scope: readonly string[]
    readonly groups: string
    readonly tokens: string | undefined
    readonly origin: readonly string[]
  },
  report: (line: string) => void,
): Promise<Pick<GatewayOptions, 'issuer' | 'audience' | 'scopes' | 'groupsClaim' | 'tokens'>> {
  const { issuer: name, audience, scope: scopes, groups: groupsClaim, tokens: file, origin } = values
  if (name === undefined && file === undefined)
    throw usage(
      '"vagus gateway" needs to know whose tokens count: --issuer URL, --tokens FILE, or both',
      'such as --issuer https://idp.example, as the issuer writes itself in its tokens',
    )
  const wrong = origin.find((each) => URL.parse(each)?.origin !== each)
  if (wrong !== undefined)
    throw usage(`"--origin" takes origins, got "${wrong}"`, 'such as --origin https://app.example, without a slash')
  const [{ Issuer, isSecureUrl }, { TokenFile }] = await Promise.all([
    import('@vagus/bearer'),
    import('@vagus/sidecar/gateway'),
  ])
  if (name !== undefined && !isSecureUrl(name))
    throw usage(`"--issuer" must be an https URL, got "${name}"`, 'such as --issuer https://idp.example')
  const issuer = name === undefined ? undefined : new Issuer({ issuer: name, fetch })
  const found = await issuer?.metadata(Date.now())
  if (found !== undefined && 'refused' in found) report(`no token of ${name} counts yet: ${found.detail}`)
  try {
    const tokens = file === undefined ? undefined : new TokenFile(file, report)
    return { issuer, audience, scopes, groupsClaim, tokens }
  } catch (error) {
    throw usage(`--tokens: ${(error as Error).message}`, 'lines of NAME TOKEN [SCOPE,SCOPE], mode 0600')
  }
}
