/** A side-car as a process: `vagus run`. @module */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Agent,
  type AgentOptions,
  Beat,
  beatOf,
  type EnergyOptions,
  type Lookup,
  openAgent,
  type OwnIdentity,
  type Proxy,
} from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import { type Keyring, type LocalAgent, ownAgent, ownIdentityOf } from '@vagus/keyring'
import { controllerList, type ControllerList, folderLookup, Presence } from '@vagus/lookup'
import type { Tracer } from '@vagus/observability'
import type { ServiceName } from '@vagus/qos'
import type { AnyMetric } from '@vagus/signals'
import { ActingFor } from './acting-for.ts'
import type { FindSources } from './found/claimants.ts'
import { defaultFindRules, type FindRule, memberFindRules } from './found/find-rule.ts'
import type { GatewayOptions } from './gateway/gateway.ts'
import { withLastPorts } from './listening.ts'
import { Groups } from './groups/groups.ts'
import type { Tokens } from './local/guard.ts'
import { endText, isIn, runProgram } from './program.ts'
import { serviceOptions } from './roster/call-services.ts'
import type { Fleet, RefusedCall } from './roster/fleet.ts'
import { agentWithin, type FleetOptions, lookupsOf, openFleet, standingOf } from './roster/open-fleet.ts'
import { namesOf, notFoundOf } from './served/caller.ts'
import { awaitServers } from './served/awaited-server.ts'
import type { Exposed } from './served/exposure.ts'
import { SessionReporter } from './sessions/session-reporter.ts'
import { type Sidecar, type SidecarOptions, startSidecar } from './sidecar.ts'
import { startStdioServer, type StdioServer } from './stdio/stdio-server.ts'

export interface RunOptions {
  readonly keyring: Keyring
  /** An agent of the keyring; made when there is none. */
  readonly name: string
  readonly exposed: Exposed
  /** URIs of sockets for other agents: `udp://0.0.0.0:7601`. */
  readonly listen: readonly string[]
  /** URIs published beside those of the sockets, such as a TLS proxy's. */
  readonly reachedAt?: readonly string[]
  readonly relays: readonly string[]
  /** Folders of signed documents, asked before the controller; the keyring's own is asked first. */
  readonly folders: readonly string[]
  /** `http://127.0.0.1:7600`; `undefined`: no controller is asked and told. */
  readonly controller: string | undefined
  readonly allowed: readonly string[]
  /** Of a fleet to which the agent belongs: its roster says who may call whom for what, beside `allowed`. */
  readonly owner?: AgentId | undefined
  /** Files with the delegations in whose name the agent acts, the root's first; empty: it acts in its own name. */
  readonly actFor?: readonly string[]
  /** As of `SidecarOptions`. */
  readonly service?: ServiceName | undefined
  /** Whether packets carry the code point of their service; default `on` once somebody has chosen a service. */
  readonly marks?: 'on' | 'off' | undefined
  /** Who may answer to a skill or a role; default the agents of this host, with a fleet its members. */
  readonly find?: readonly FindRule[]
  /** As of `AgentOptions`. */
  readonly proxy?: Proxy | undefined
  readonly traversal?: 'punch' | 'never'
  /** As of `AgentOptions`. */
  readonly padFor?: readonly string[]
  readonly padTo?: 'padme' | 'classes'
  /** As of `AgentOptions`; what the side-car sends from time to time then goes with the beat. */
  readonly energy?: EnergyOptions | undefined
  /** For local programs; 0: one that the kernel chooses. */
  readonly port: number
  /** The first, if any, is for the program. */
  readonly tokens: Tokens
  /** As of `SidecarOptions`. */
  readonly gateway?: GatewayOptions | undefined
  /** What to run beside; empty: nothing, until `signal` is aborted. */
  readonly program: readonly string[]
  /** `mcp`: the program is no such one, but an MCP server over its standard input and output, one for each session. */
  readonly programSpeaks?: 'mcp' | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Is told of calls that the roster of `owner` does not allow. */
  readonly onRefused?: ((call: RefusedCall) => void) | undefined
  /** What people are told at the start; `who and where`: addresses of local servers are secrets of the program around it. */
  readonly tells?: 'all' | 'who and where'
  /** Gets the address where local programs call others, `http://127.0.0.1:40000/t/TOKEN/agents/`, once it serves. */
  readonly whenServing?: (agents: string) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
  /** As of `SidecarOptions`. */
  readonly tracer?: Tracer | undefined
  readonly counts?: SidecarOptions['counts']
  /** Gets what is counted, once the side-car serves. */
  readonly whenCounting?: (metrics: () => readonly AnyMetric[]) => void
}

/** Milliseconds of the start without a word, after which a person wonders. */
const silentFor = 1000

/**
 * Runs until the program ends, or `signal` is aborted, and answers the exit code of the program, or 0.
 * @throws {KeyringError}; {MandateError}; node's error when a socket cannot be had or the program not be started
 */
export async function runSidecar(options: RunOptions): Promise<number> {
  const { keyring, name, reachedAt = [], report, signal } = options
  const [command, ...args] = options.program
  const [server] = stdioServerOf(options) ?? []
  if (server !== undefined && !isIn(options.environment['PATH'] ?? '', server)) throw notThere(server)
  const local = ownAgent(options)
  const folder = join(keyring.folder, name, 'journal')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { beat, list, lists } = controllerOf(options)
  const host = folderLookup(keyring.folder)
  const folders = options.folders.map(folderLookup)
  const fleet = await openOwnFleet(options, local, { folder, beat })
  const { lookup, sources } = lookupsOf({ host, folders, lists }, fleet)
  const acting = await actingFor(options, local, lookup, fleet)
  const agent = await agentWithin(fleet, (admitting) =>
    openPatiently(options, { ...ownIdentityOf(local), ...acting.shown }, local, {
      lookup,
      journal: { folder },
      ...serviceOptions(fleet, options.service, options.marks),
      ...admitting,
    }),
  )
  let environment: Readonly<Record<string, string | undefined>> = options.environment
  const parts = { agent, lookup, sources, fleet, folder, environmentOf: () => environment }
  const { sidecar, stdio } = await startServing(options, parts).catch(async (error: unknown) => {
    fleet?.close()
    await agent.close()
    throw error
  })
  const { cardSkills } = sidecar
  const skillsAfter = cardSkills && ((before: readonly string[], now: number) => cardSkills.after(before, now))
  const presence = new Presence({
    agent: acting.beside(agent),
    keyring,
    name,
    reachedAt,
    list,
    skillsAfter,
    report,
  })
  const current = (): LocalAgent => keyring.open(name, Date.now())
  const ended = new AbortController()
  const reporter = list && new SessionReporter({ agent, own: current, list, fleet, beat })
  try {
    await presence.begin()
    const [token] = options.tokens.keys()
    const agents = agentsAt(sidecar.url, token)
    environment = {
      ...options.environment,
      ...addressesFor(agents, fleet),
      VAGUS_AGENT_ID: local.identity.id,
      VAGUS_AGENT_NAME: name,
    }
    tell(options, { agent, id: local.identity.id, calls: agentsAt(sidecar.url, token && 'TOKEN'), fleet })
    if (options.tells !== 'who and where') void awaitServers(options.exposed, report, ended.signal)
    void tellNotFound(options, lookup, ended.signal) // nothing waits for it: a controller may be away
    if (command === undefined || stdio !== undefined) {
      await aborted(signal)
      return 0
    }
    const exit = await runProgram({ command: [command, ...args], environment }, signal)
    if (!signal.aborted) endText(options, exit).forEach(report)
    return exit
  } finally {
    ended.abort()
    presence.end()
    acting.end()
    await Promise.all([reporter?.end(), sidecar.close()])
    await stdio?.close()
  }
}

/** Where a radio sleeps, what the controller is told and asked keeps a beat. */
function controllerOf({ controller, energy }: RunOptions): {
  readonly beat: Beat | undefined
  readonly list: ControllerList | undefined
  readonly lists: readonly ControllerList[]
} {
  const beat = energy && new Beat(beatOf(energy))
  const list = controller === undefined ? undefined : controllerList(controller, beat && 'once')
  return { beat, list, lists: list === undefined ? [] : [list] }
}

/** The command of an MCP server over its standard input and output, where the program is one. */
function stdioServerOf({ program: [command, ...args], programSpeaks }: RunOptions): [string, ...string[]] | undefined {
  return programSpeaks === 'mcp' && command !== undefined ? [command, ...args] : undefined
}

interface Parts {
  readonly agent: Agent
  readonly lookup: Lookup
  readonly sources: FindSources
  readonly fleet: Fleet | undefined
  /** Of the journal, and of what the side-car notes beside it. */
  readonly folder: string
  /** Of the program, once everything has started. */
  readonly environmentOf: () => Readonly<Record<string, string | undefined>>
}

/** The side-car, and before it the MCP server over standard input and output, where the program is one. */
async function startServing(
  options: RunOptions,
  { agent, lookup, sources, fleet, folder, environmentOf }: Parts,
): Promise<{ readonly sidecar: Sidecar; readonly stdio: StdioServer | undefined }> {
  const { name, allowed, port, tokens, service, report } = options
  const find = { rules: options.find ?? (fleet === undefined ? defaultFindRules : memberFindRules), sources }
  const command = stdioServerOf(options)
  const stdio = command === undefined ? undefined : await startStdioServer(command, environmentOf, report)
  try {
    const exposed = stdio === undefined ? options.exposed : { ...options.exposed, mcp: stdio.url }
    const notes = join(folder, 'sidecar.sqlite')
    const hides = options.tells === 'who and where' ? 'paths' : undefined
    const told = hides === undefined ? { report } : {}
    const local = { name, notes, exposed, hides, allowed, lookup, find, port, tokens, ...told } as const
    const { tracer, counts, gateway } = options
    const groups = fleet && new Groups({ agent, fleet, path: join(folder, 'groups.sqlite'), report })
    const sidecar = await startSidecar({ agent, fleet, groups, service, ...local, tracer, counts, gateway }).catch(
      (error: unknown) => {
        groups?.close()
        throw error
      },
    )
    options.whenCounting?.(() => sidecar.metrics())
    const [token] = tokens.keys()
    options.whenServing?.(agentsAt(sidecar.url, token))
    return { sidecar, stdio }
  } catch (error) {
    await stdio?.close()
    throw error
  }
}

const agentsAt = (sidecar: string, token: string | undefined): string =>
  `${sidecar}${token === undefined ? '' : `/t/${encodeURIComponent(token)}`}/agents/`

/** Where the program calls others, and where its groups are, if it belongs to a fleet. */
const addressesFor = (agents: string, fleet: Fleet | undefined): Readonly<Record<string, string>> => ({
  VAGUS_AGENTS_URL: agents,
  ...(fleet && { VAGUS_GROUPS_URL: agents.replace(/agents\/$/, 'groups/') }),
})

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Relays that do not answer hold it up, and nothing else is seen until then. */
async function openPatiently(...given: Parameters<typeof openOwn>): Promise<Agent> {
  const [{ relays, report }] = given
  const line = `waits for an answer of ${relays.length === 1 ? 'the relay' : 'one of the relays'} ${relays.join(', ')}`
  const waiting = relays.length === 0 ? undefined : setTimeout(() => report(line), silentFor)
  try {
    return await openOwn(...given)
  } finally {
    clearTimeout(waiting)
  }
}

/** At the ports of before, if nobody else has one of them: others may have kept its addresses. */
async function openOwn(
  { listen, relays, proxy, traversal = 'punch', padFor = [], padTo = 'padme', energy }: RunOptions,
  identity: OwnIdentity,
  local: LocalAgent,
  more: Pick<AgentOptions, 'lookup' | 'journal' | 'admission' | 'marks' | 'answersIn'>,
): Promise<Agent> {
  const open = (uris: readonly string[]): Promise<Agent> =>
    openAgent({ identity, ...more, listen: uris, relays, proxy, traversal, padFor, padTo, ...(energy && { energy }) })
  try {
    return await open(withLastPorts(listen, local.identity.locators))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return open(listen)
  }
}

async function openOwnFleet(
  { owner, keyring: { folder: host }, folders, controller, onRefused, report }: RunOptions,
  { identity: { id: own } }: LocalAgent,
  here: Pick<FleetOptions, 'folder' | 'beat'>,
): Promise<Fleet | undefined> {
  if (owner === undefined) return undefined
  const fleet = await openFleet({ owner, own, host, folders, controller, ...here, report })
  fleet.onRefused = onRefused
  return fleet
}

/** @throws {MandateError}; then the fleet is closed */
async function actingFor(
  { actFor: files = [], report }: RunOptions,
  { identity: { id: own } }: LocalAgent,
  lookup: Lookup,
  fleet: Fleet | undefined,
): Promise<ActingFor> {
  try {
    return await ActingFor.open({ files, own, lookup, report })
  } catch (error) {
    fleet?.close()
    throw error
  }
}

interface Opened {
  readonly agent: Agent
  readonly id: string
  /** Where local programs call others. */
  readonly calls: string
  readonly fleet: Fleet | undefined
}

/** What people want to know at the start. */
function tell(options: RunOptions, opened: Opened): void {
  const { name, reachedAt = [], tells, report } = options
  const places = [...reachedAt, ...opened.agent.addresses()]
  report(`${name} is ${opened.id}`)
  if (opened.fleet !== undefined) report(standingOf(opened.fleet))
  if (options.gateway !== undefined) return tellSurroundings(options, opened, places) // its --listen is for callers outside
  const where = `reached at ${places.join(' ') || 'nowhere: it only calls (--listen)'}`
  if (tells === 'who and where') report(`${name} is ${where}`)
  else {
    report(where)
    tellSurroundings(options, opened, places)
  }
}

/** @param places where others reach the agent */
function tellSurroundings(
  { folders, controller, energy, exposed, program, programSpeaks, gateway, report }: RunOptions,
  { agent, calls }: Opened,
  places: readonly string[],
): void {
  if (places.length > 0 && places.every(isOfThisHost) && agent.relays().size === 0)
    report('only from this host; from others with --listen udp://0.0.0.0:7601,tcp://0.0.0.0:7601, or a --relay')
  for (const [relay, place] of agent.relays())
    if ('problem' in place) report(`not at the relay ${relay} yet, and tries again: ${place.problem}`)
  for (const missing of folders.filter((path) => !existsSync(path)))
    report(`there is no folder ${missing} yet: nobody is looked up there until it comes`)
  if (energy !== undefined) report(sleepText(energy))
  if (controller !== undefined && isOnTheWire(controller))
    report(`the controller at ${controller} is asked without encryption: who looks for whom can be seen on the way`)
  for (const [what, url] of Object.entries(exposed))
    if (url !== undefined) report(`serves ${what.toUpperCase()} from ${url}`)
  if (programSpeaks === 'mcp') report(`serves MCP from ${program.join(' ')}, a process for each session`)
  if (gateway === undefined) return report(`calls others at ${calls}NAME/`)
  for (const [name, called] of gateway.published)
    report(`published: ${calls}${name}/${called === name ? '' : `, which is ${called}`}`)
}

/** What sleeping radios are traded for. */
function sleepText(energy: EnergyOptions): string {
  const networks = Object.entries(energy).map(([network, { access }]) => {
    const name = typeof access === 'string' ? access : 'own profile'
    return network === '*' ? name : `${network} (${name})`
  })
  const late = `${beatOf(energy) / 1000} s`
  return `lets radios sleep: ${networks.join(', ')}. A path that fails in silence, and what the controller shows, are up to ${late} late`
}

/** Whether what is asked there leaves this host. */
function isOnTheWire(controller: string): boolean {
  const url = URL.parse(controller)
  return url?.protocol === 'http:' && !isOfThisHost(controller)
}

const isOfThisHost = (uri: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(URL.parse(uri)?.hostname ?? '')

/** What starting it would throw: it is started when the first session begins, and the operator should hear of it now. */
function notThere(command: string): NodeJS.ErrnoException {
  const syscall = `spawn ${command}`
  return Object.assign(new Error(`${syscall} ENOENT`), { code: 'ENOENT', syscall })
}

async function tellNotFound(
  { allowed, gateway, report }: RunOptions,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<void> {
  const published = [...(gateway?.published.values() ?? [])].filter((name) => !name.includes(':')) // neither claims nor ids
  const lines = [
    ...(await notFoundOf({ names: namesOf(allowed), which: 'allowed: until then it may not call' }, lookup, signal)),
    ...(await notFoundOf({ names: published, which: 'published: until then callers get 404' }, lookup, signal)),
  ]
  if (!signal.aborted) lines.forEach(report)
}
