/** One question to an issuer, whose answer is JSON. It is a stranger: its answer is short, quick and from where it was asked. @module */

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type JsonAnswer =
  | { readonly status: number; readonly json: Readonly<Record<string, unknown>> }
  /** `problem`: for people. */
  | { readonly problem: string }

/** Octets of an answer. Key sets of large issuers have some 20 KiB. */
const maxOctets = 262_144
/** Milliseconds from the question to the last octet of the answer. */
const patience = 5000

/**
 * Never rejects. Redirects are not followed: an issuer says where its resources are, and a redirect is somebody else's word.
 * @param form posted as `application/x-www-form-urlencoded`; without it the question is a GET
 */
export async function askJson(
  fetch: Fetch,
  url: string,
  { form, headers }: { readonly form?: URLSearchParams; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<JsonAnswer> {
  const where = hostOf(url)
  if (!isSecureUrl(url)) return { problem: `${where} is asked over https only; http is for loopback addresses` }
  try {
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...headers },
      ...(form === undefined ? {} : { body: form }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      return { problem: `${where} answers ${response.status}; a redirect is not followed` }
    }
    const text = await textOf(response)
    if (text === undefined) return { problem: `${where} answers with more than ${maxOctets} octets` }
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      return { problem: `${where} answers with JSON that is no object` }
    return { status: response.status, json: json as Readonly<Record<string, unknown>> }
  } catch (error) {
    return { problem: `${where} ${reasonOf(error)}` }
  }
}

/** https, or http to this machine: what is sent there nobody on the way reads or changes. */
export function isSecureUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname))
}

async function textOf(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let octets = 0
  const reader = response.body?.getReader()
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    octets += next.value.byteLength
    if (octets > maxOctets) {
      await reader?.cancel()
      return undefined
    }
    parts.push(next.value)
  }
  const whole = new Uint8Array(octets)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return new TextDecoder().decode(whole)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'does not answer'
  if (error.name === 'TimeoutError') return `does not answer within ${patience / 1000} s`
  if (error instanceof SyntaxError) return 'answers with what is no JSON'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
  return `does not answer: ${code}`
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the address')
