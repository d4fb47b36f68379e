/** A side-car as a process: `vagus run`. @module */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Agent, type AgentOptions, Beat, beatOf, type Lookup, openAgent, type OwnIdentity } from '@vagus/agent'
import { type LocalAgent, ownAgent, ownIdentityOf } from '@vagus/keyring'
import { controllerList, type ControllerList, folderLookup, Presence } from '@vagus/lookup'
import { ActingFor } from './acting-for.ts'
import type { FindSources } from './found/claimants.ts'
import { defaultFindRules, memberFindRules } from './found/find-rule.ts'
import { withLastPorts } from './listening.ts'
import { Groups } from './groups/groups.ts'
import { endText, isIn, runProgram } from './program.ts'
import type { RunOptions } from './run-options.ts'
import { serviceOptions } from './roster/call-services.ts'
import type { Fleet } from './roster/fleet.ts'
import { agentWithin, type FleetOptions, lookupsOf, openFleet } from './roster/open-fleet.ts'
import { awaitServers } from './served/awaited-server.ts'
import { SessionReporter } from './sessions/session-reporter.ts'
import { type Sidecar, startSidecar } from './sidecar.ts'
import { tellNotFound, tellStart } from './start-lines.ts'
import { startStdioServer, type StdioServer } from './stdio/stdio-server.ts'

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
    tellStart(options, { agent, id: local.identity.id, calls: agentsAt(sidecar.url, token && 'TOKEN'), fleet })
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

/** What starting it would throw: it is started when the first session begins, and the operator should hear of it now. */
function notThere(command: string): NodeJS.ErrnoException {
  const syscall = `spawn ${command}`
  return Object.assign(new Error(`${syscall} ENOENT`), { code: 'ENOENT', syscall })
}
