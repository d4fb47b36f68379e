/**
 * Who may call agents through this side-car: programs of this host. A page in a browser of this host may not: its
 * requests carry an Origin, or where they are GETs Sec-Fetch-Site, or, after DNS rebinding or for 0.0.0.0, where browsers
 * say nothing, a Host that is not ours. With tokens, only who has one.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { shownDigest, writtenDigest } from '../token-lines.ts'
import { ProblemError } from '../wire/problem.ts'

/** Each token, or its `sha256:HEX`, to the name of who has it. Empty: no token is asked for. */
export type Tokens = ReadonlyMap<string, string>

export const tokenHeader = 'vagus-token'
/** `/t/TOKEN/agents/…`: for programs that know an address and nothing else. */
const tokenPath = /^\/t\/([^/?]+)(\/.*)$/

/** What a browser says of requests that no other page made (Fetch Metadata §2.3); who says nothing is no browser. */
const ownSites = new Set<unknown>(['none', 'same-origin'])

export interface Admitted {
  /** Name of the caller; empty where no token is asked for. */
  readonly caller: string
  /** Path and query without the token. */
  readonly path: string
  /** What stands before `/agents` in addresses for this caller: `http://127.0.0.1:40000/t/TOKEN`. */
  readonly base: string
}

/** @throws {ProblemError} `wrong-host`, `wrong-origin`, `no-token` */
export function admit(request: IncomingMessage, tokens: Tokens): Admitted {
  checkSite(request)
  const { host = '', [tokenHeader]: inHeader } = request.headers
  const [, inPath, rest] = tokenPath.exec(request.url ?? '') ?? []
  const path = rest ?? request.url ?? '/'
  if (tokens.size === 0) return { caller: '', path, base: `http://${host}` }
  const digest = shownDigest(inPath === undefined ? String(inHeader ?? '') : decodeURIComponent(inPath))
  // By digests: the time that takes tells nothing of the tokens there are.
  const [, caller] = [...tokens].find(([written]) => writtenDigest(written) === digest) ?? []
  if (caller === undefined) {
    throw new ProblemError('no-token', `call /t/TOKEN/agents/NAME/…, or send the token as ${tokenHeader}`)
  }
  return { caller, path, base: `http://${host}${inPath === undefined ? '' : `/t/${inPath}`}` }
}

/** Whether a browser asks: Node's fetch says its mode, and no site. */
export const isBrowser = ({ headers }: IncomingMessage): boolean => headers['sec-fetch-site'] !== undefined

/**
 * What an agent answers is not shown as a page: it would be one of this side-car, and could read the sessions and call
 * agents. @throws {ProblemError} `wrong-origin`
 */
export function refusePage({ headers: { 'sec-fetch-mode': mode } }: IncomingMessage): void {
  if (mode === 'navigate' || mode === 'nested-navigate')
    throw new ProblemError('wrong-origin', 'answers of agents are not shown as pages here; ask by a program, as curl')
}

function checkSite({ headers: { host = '', origin, 'sec-fetch-site': site = 'none' } }: IncomingMessage): void {
  if (!isOwnHost(host)) {
    throw new ProblemError('wrong-host', `Host must be localhost, 127.0.0.1 or [::1], got "${host.slice(0, 80)}"`)
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new ProblemError('wrong-origin', `Origin must be http://${host} or left out, got "${origin.slice(0, 80)}"`)
  }
  if (!ownSites.has(site)) {
    throw new ProblemError('wrong-origin', 'a page of another site asks, as its browser says in Sec-Fetch-Site')
  }
}

/** No other spelling of loopback: nobody needs one. */
function isOwnHost(host: string): boolean {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host) ?? []
  return bracketed === '::1' || plain === 'localhost' || (isIP(plain) === 4 && plain.startsWith('127.'))
}
