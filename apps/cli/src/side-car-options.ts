/** Options of side-cars, and what is wrong with their values before anything is opened. @module */
import type { AgentId } from '@vagus/identity'
import { serviceNames } from '@vagus/qos'
import type { FindRule } from '@vagus/sidecar'
import type { Proxy } from '@vagus/transport'
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

export const proxyOption = {
  proxy: {
    type: 'text',
    value: 'URL',
    description:
      'HTTP proxy for TCP and WebSockets, http://[NAME:PASSWORD@]HOST:PORT (default $HTTPS_PROXY, but not for $NO_PROXY)',
  },
  ca: {
    type: 'text',
    value: 'FILE',
    description: 'PEM file with a further authority for wss:// and https:// (those of this system are known)',
  },
} as const satisfies Options

/**
 * The proxy of `--proxy` or the environment, which then also is on the way to controllers; call before anything is opened.
 * @param report is told of one, as the environment may name it without anybody thinking of it
 * @throws {Failure} usage
 */
export async function proxyOfOptions(
  { proxy: url, ca }: { readonly proxy: string | undefined; readonly ca: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void = () => undefined,
): Promise<Proxy | undefined> {
  const [{ proxyOf, trustAlso }, { reachControllersThrough }] = await Promise.all([
    import('@vagus/transport'),
    import('@vagus/lookup'),
  ])
  try {
    if (ca !== undefined) trustAlso(ca)
  } catch (error) {
    throw new Failure(
      exitCode.usage,
      `"--ca": ${(error as Error).message}`,
      'give a PEM file, such as /etc/ssl/certs/company.pem',
    )
  }
  try {
    const proxy = proxyOf(environment, url)
    if (proxy === undefined) return undefined
    reachControllersThrough(proxy)
    report(`TCP and WebSockets go through the proxy ${new URL(proxy.url).host}`)
    return proxy
  } catch (error) {
    const named = url === undefined ? 'HTTPS_PROXY' : '--proxy'
    throw new Failure(
      exitCode.usage,
      `"${named}": ${(error as Error).message}`,
      `such as ${named === '--proxy' ? '--proxy ' : 'HTTPS_PROXY='}http://proxy.example:3128`,
    )
  }
}

export const rosterOption = {
  roster: {
    type: 'text',
    value: 'OWNER',
    description:
      'owner of the fleet whose roster says who may call whom for what: its id, or its name on this host or in --lookup',
  },
} as const satisfies Options

/**
 * The id of the owner that an option means; call at the same time. @param host folder of this host's agents
 * @throws {Failure} usage, where nobody on this host has that name: one on a controller's list proves nothing
 */
export async function ownerNamed(
  name: string | undefined,
  {
    host,
    folders,
    option = '--roster',
  }: { readonly host: string; readonly folders: readonly string[]; readonly option?: string },
): Promise<AgentId | undefined> {
  if (name === undefined) return undefined
  const { ownerOf } = await import('@vagus/sidecar/owner')
  const owner = ownerOf(name, host, folders)
  if (owner !== undefined) return owner
  const places = option === '--roster' ? 'on this host or in a folder of --lookup' : 'on this host'
  throw new Failure(
    exitCode.usage,
    `"${option}" takes the id of an owner, or its name ${places}; nobody there is called "${name}"`,
    `give its id, did:key:…, as "vagus id show ${name}" prints it on the owner's host`,
  )
}

export const serviceOption = {
  service: {
    type: 'text',
    value: 'NAME',
    choices: serviceNames,
    description:
      'service of its calls, and without --roster the most that calls to it get (default: what the roster gives, else call)',
  },
  marks: {
    type: 'text',
    value: 'on|off',
    choices: ['on', 'off'],
    description: 'whether packets carry the DSCP of their service (default: once the roster or --service names one)',
  },
} as const satisfies Options

export const findOption = {
  find: {
    type: 'words',
    value: 'LIST',
    default: [],
    description:
      'who may answer to a skill or role: ids, names, @host, @lookup, @controller, @roster; skill:X=WHO for one only (default: @host, with --roster also @roster)',
  },
} as const satisfies Options

/**
 * The rules of `--find`, if there are any; call at the same time. @param places what `@lookup`, `@controller` and `@roster`
 * would mean
 * @throws {Failure} usage
 */
export async function findRulesOf(
  words: readonly string[],
  places: {
    readonly lookup: readonly string[]
    readonly controller: string | undefined
    readonly roster: string | undefined
  },
): Promise<readonly FindRule[] | undefined> {
  if (words.length === 0) return undefined
  const { findRuleOf } = await import('@vagus/sidecar/find-rule')
  return words.map((word) => {
    const rule = findRuleOf(word)
    if (rule === undefined)
      throw new Failure(
        exitCode.usage,
        `"--find" takes ids, names, @host, @lookup, @controller and @roster, each also as skill:X=WHO or role:X=WHO, got "${word}"`,
        'such as --find @host,writer,skill:report.write=@controller',
      )
    if (rule.who === '@lookup' && places.lookup.length === 0)
      throw new Failure(exitCode.usage, `"--find ${word}" needs folders`, 'add --lookup FOLDER')
    if (rule.who === '@controller' && places.controller === undefined)
      throw new Failure(exitCode.usage, `"--find ${word}" needs a controller`, 'add --controller ADDRESS')
    if (rule.who === '@roster' && places.roster === undefined)
      throw new Failure(exitCode.usage, `"--find ${word}" needs a roster`, 'add --roster OWNER')
    return rule
  })
}
