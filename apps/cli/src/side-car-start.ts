/** Why a side-car did not start: what the system refused, and the fix. @module */
import type { FindRule } from '@vagus/sidecar'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const reachedAtOption = {
  'reached-at': {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'further addresses to publish, of a TLS proxy or a forwarded port: wss://HOST/PATH, udp://…, tcp://…',
  },
} as const satisfies Options

/** Call before keys are created or anything is opened. @throws {Failure} usage, on a URI of unknown kind and on wss:// */
export async function checkListen(uris: readonly string[]): Promise<void> {
  const { parseEndpointUri } = await import('@vagus/transport')
  const encrypted = uris.find((uri) => parseEndpointUri(uri)?.kind === 'wss')
  if (encrypted !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--listen" must be ws:// behind a TLS proxy, got "${encrypted}"`,
      `the proxy's address is published by: --listen ws://127.0.0.1:7601/PATH --reached-at ${encrypted}`,
    )
  const wrong = uris.find((uri) => parseEndpointUri(uri) === undefined)
  if (wrong !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--listen" must be like udp://192.0.2.1:7601, tcp://… or ws://…, got "${wrong}"`,
      'for all addresses of this host: --listen udp://0.0.0.0:7601,tcp://0.0.0.0:7601',
    )
}

/** As many as a locator takes. */
const maxReachedAt = 8
const nowhere: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Call at the same time. @throws {Failure} usage, on URIs that no locator takes or nobody can dial */
export async function checkReachedAt(uris: readonly string[]): Promise<void> {
  const { parseEndpointUri } = await import('@vagus/transport')
  const isDialled = (uri: string): boolean => {
    const { host, port } = parseEndpointUri(uri) ?? { host: '0.0.0.0', port: 0 }
    return port > 0 && !nowhere.has(host) && /^[!-~]{1,255}$/.test(uri)
  }
  const wrong = uris.find((uri) => !isDialled(uri))
  if (wrong !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--reached-at" must be like wss://agents.example/PATH, udp://192.0.2.1:7601 or tcp://…, got "${wrong}"`,
      'udp:// and tcp:// take the IP address and port that others connect to, not a name',
    )
  if (uris.length > maxReachedAt)
    throw new Failure(
      exitCode.usage,
      `"--reached-at" takes at most ${maxReachedAt} addresses, got ${uris.length}`,
      'name those that most others reach',
    )
}

/** Call at the same time: a word that is neither id nor name would match nobody. @throws {Failure} usage */
export async function checkAllowed(allowed: readonly string[]): Promise<void> {
  const [{ nameRule }, { allowRuleOf }] = await Promise.all([
    import('@vagus/identity'),
    import('@vagus/sidecar/allow-rule'),
  ])
  const wrong = allowed.find((word) => allowRuleOf(word) === undefined)
  if (wrong !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--allow" takes ids (did:key:z6Mk…) and names (${nameRule}) of agents, and under:OWNER or under:OWNER/CAPABILITY, got "${wrong}"`,
      'names: vagus agent ls · ids: vagus id show NAME',
    )
}

export const findOption = {
  find: {
    type: 'words',
    value: 'LIST',
    default: [],
    description:
      'who may answer to a skill or role: ids, names, @host, @lookup, @controller; skill:X=WHO for one only (default: @host)',
  },
} as const satisfies Options

/**
 * The rules of `--find`; call at the same time. @param places what `@lookup` and `@controller` would mean
 * @throws {Failure} usage
 */
export async function findRulesOf(
  words: readonly string[],
  places: { readonly lookup: readonly string[]; readonly controller: string | undefined },
): Promise<readonly FindRule[]> {
  const { defaultFindRules, findRuleOf } = await import('@vagus/sidecar/find-rule')
  if (words.length === 0) return defaultFindRules
  return words.map((word) => {
    const rule = findRuleOf(word)
    if (rule === undefined)
      throw new Failure(
        exitCode.usage,
        `"--find" takes ids, names, @host, @lookup and @controller, each also as skill:X=WHO or role:X=WHO, got "${word}"`,
        'such as --find @host,writer,skill:report.write=@controller',
      )
    if (rule.who === '@lookup' && places.lookup.length === 0)
      throw new Failure(exitCode.usage, `"--find ${word}" needs folders`, 'add --lookup FOLDER')
    if (rule.who === '@controller' && places.controller === undefined)
      throw new Failure(exitCode.usage, `"--find ${word}" needs a controller`, 'add --controller ADDRESS')
    return rule
  })
}

/** SQLITE_BUSY, SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const busy = 5
const damaged: readonly number[] = [11, 26]
/** SQLITE_READONLY, SQLITE_IOERR and SQLITE_FULL. */
const ofDisk: readonly number[] = [8, 10, 13]

/**
 * @param whenBusy the fix when another process runs the agent `name`; returns errors that are not the system's
 * unchanged
 */
export function startFailure(error: NodeJS.ErrnoException, name: string, whenBusy: string): Error {
  const journal = `the journal of ${name}`
  const failed = (problem: string, fix: string): Failure => new Failure(exitCode.failed, problem, fix, error)
  if (error.code === 'EADDRINUSE') return failed(error.message, 'use other ports: --port, --listen')
  if (error.code === 'EADDRNOTAVAIL')
    return failed(error.message, 'not an address of this host; all of them: --listen udp://0.0.0.0:PORT')
  if (error.code === 'newer-layout') return failed(error.message, 'update Vagus here, or move that file away')
  if (error.code === 'ERR_SQLITE_ERROR') {
    const { errcode = 0 } = error as { readonly errcode?: number }
    if (errcode === busy) return failed(`${name} is already running: another process has its journal`, whenBusy)
    // The low octet is the code; the upper ones extend it.
    if (damaged.includes(errcode & 0xff))
      return failed(
        `${journal} is damaged: ${error.message}`,
        `move the folder $VAGUS_HOME/agents/${name}/journal away (default ~/.vagus); open exchanges then end with gap`,
      )
    const fix = ofDisk.includes(errcode & 0xff) ? 'is its disk full, or read-only? df' : ''
    return failed(`${journal} cannot be used: ${error.message}`, fix)
  }
  return error.syscall === undefined ? error : failed(error.message, '')
}
