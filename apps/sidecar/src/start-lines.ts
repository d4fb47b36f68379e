/** The lines that people are told when a side-car has started. @module */
import { existsSync } from 'node:fs'
import { type Agent, beatOf, type EnergyOptions, type Lookup } from '@vagus/agent'
import type { Fleet } from './roster/fleet.ts'
import { standingOf } from './roster/open-fleet.ts'
import type { RunOptions } from './run-options.ts'
import { namesOf, notFoundOf } from './served/caller.ts'

/** What has started. */
interface Started {
  readonly agent: Agent
  readonly id: string
  /** Where local programs call others. */
  readonly calls: string
  readonly fleet: Fleet | undefined
}

/** What people want to know at the start. */
export function tellStart(options: RunOptions, started: Started): void {
  const { name, reachedAt = [], tells, report } = options
  const places = [...reachedAt, ...started.agent.addresses()]
  report(`${name} is ${started.id}`)
  if (started.fleet !== undefined) report(standingOf(started.fleet))
  if (options.gateway !== undefined) return tellSurroundings(options, started, places) // its --listen is for callers outside
  const where = `reached at ${places.join(' ') || 'nowhere: it only calls (--listen)'}`
  if (tells === 'who and where') report(`${name} is ${where}`)
  else {
    report(where)
    tellSurroundings(options, started, places)
  }
}

/** @param places where others reach the agent */
function tellSurroundings(
  { folders, controller, energy, exposed, program, programSpeaks, isOf, gateway, report }: RunOptions,
  { agent, calls }: Started,
  places: readonly string[],
): void {
  if (places.length > 0 && places.every(isOfThisHost) && agent.relays().size === 0) report(onlyHere(isOf))
  for (const [relay, place] of agent.relays())
    if ('problem' in place) report(`not at the relay ${relay} yet, and tries again: ${place.problem}`)
  for (const missing of folders.filter((path) => !existsSync(path)))
    report(`there is no folder ${missing} yet: nobody is looked up there until it comes`)
  if (energy !== undefined) report(sleepText(energy))
  if (controller !== undefined && isOnTheWire(controller))
    report(`the controller at ${controller} is asked without encryption: who looks for whom can be seen on the way`)
  for (const [what, url] of Object.entries(exposed))
    if (url !== undefined) report(`serves ${what.toUpperCase()} from ${url}`)
  tellCalls({ program, programSpeaks, isOf, gateway, report }, calls)
}

/** Whom the program serves, and where it calls others. */
function tellCalls(
  {
    program,
    programSpeaks,
    isOf,
    gateway,
    report,
  }: Pick<RunOptions, 'program' | 'programSpeaks' | 'isOf' | 'gateway' | 'report'>,
  calls: string,
): void {
  if (isOf === 'a router') return report('serves its router over MCP, a process for each session')
  if (programSpeaks === 'mcp') report(`serves MCP from ${program.join(' ')}, a process for each session`)
  if (gateway === undefined) return report(`calls others at ${calls}NAME/`)
  for (const [name, called] of gateway.published)
    report(`published: ${calls}${name}/${called === name ? '' : `, which is ${called}`}`)
}

/** @param isOf says which option listens for others */
const onlyHere = (isOf: RunOptions['isOf']): string =>
  isOf === undefined
    ? 'only from this host; from others with --listen udp://0.0.0.0:7601,tcp://0.0.0.0:7601, or a --relay'
    : 'only from this host; from others with --serve-at udp://0.0.0.0:7601,tcp://0.0.0.0:7601'

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

/** Of whom nothing is known yet, though they are allowed or published. */
export async function tellNotFound(
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
