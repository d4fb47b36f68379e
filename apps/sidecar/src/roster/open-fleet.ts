/** A fleet with all that it needs: the newest roster of before, and the places from where the next one comes. @module */
import { join } from 'node:path'
import type { Agent, AgentOptions, Beat, Lookup } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import { controllerRosters, type Directory, inOrder } from '@vagus/lookup'
import type { FindSources } from '../found/claimants.ts'
import { Fleet } from './fleet.ts'
import { memberDirectory, memberLookup } from './member-lookup.ts'
import { NewestRoster } from './newest-roster.ts'
import { RosterFiles } from './roster-files.ts'
import { RosterSource } from './roster-source.ts'

export interface FleetOptions {
  readonly owner: AgentId
  /** The agent of the side-car. */
  readonly own: AgentId
  /** Folder of this host's agents, where the owner may be one of them. */
  readonly host: string
  /** Those of `--lookup`. */
  readonly folders: readonly string[]
  readonly controller: string | undefined
  /** Where the newest roster is kept, beside the journal. */
  readonly folder: string
  readonly beat?: Beat | undefined
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Fulfilled when every place was asked for a roster once. To be closed. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { owner, own, host, folders, controller, folder, beat, report } = options
  const fleet = new Fleet(owner, own)
  const newest = new NewestRoster({
    owner,
    path: join(folder, 'roster.jws'),
    onNewer: (roster) => fleet.take(roster),
    onEnd: () => fleet.judge(),
    report,
  })
  const source = new RosterSource({
    owner,
    newest,
    files: new RosterFiles(host, folders),
    controller: controller === undefined ? undefined : controllerRosters(controller, beat && 'once'),
    beat,
    closing: fleet.closing,
    report,
  })
  await source.begin()
  return fleet
}

/** An agent that has to do with its fleet alone, where it has one. @param open throws as it does; then the fleet is closed */
export async function agentWithin(
  fleet: Fleet | undefined,
  open: (options: Pick<AgentOptions, 'admission'>) => Promise<Agent>,
): Promise<Agent> {
  if (fleet === undefined) return open({})
  try {
    const agent = await open({ admission: fleet })
    fleet.watch(() => agent.judge()) // before any call that is decided: sessions close first
    agent.judge() // there may be a newer roster since
    return agent
  } catch (error) {
    fleet.close()
    throw error
  }
}

type Source = Lookup & Directory

/** Look-up and sources of agents; with a fleet, by the names and roles of its members. */
export function lookupsOf(
  places: { readonly host: Source; readonly folders: readonly Source[]; readonly lists: readonly Source[] },
  fleet: Fleet | undefined,
): { readonly lookup: Lookup; readonly sources: FindSources } {
  const all = [places.host, ...places.folders, ...places.lists]
  const everywhere = inOrder(all)
  const sources = { '@host': [places.host], '@lookup': places.folders, '@controller': places.lists, '@roster': [] }
  if (fleet === undefined) return { lookup: everywhere, sources }
  const membersOf = (some: readonly Source[]): readonly Directory[] =>
    some.map((source) => memberDirectory(fleet, source))
  return {
    lookup: memberLookup(fleet, everywhere),
    sources: {
      '@host': membersOf([places.host]),
      '@lookup': membersOf(places.folders),
      '@controller': membersOf(places.lists),
      '@roster': membersOf(all),
    },
  }
}

/** A line for people at the start. */
export function standingOf(fleet: Fleet): string {
  const { roster, problem } = fleet
  if (roster === undefined || problem !== undefined) return `nobody is served and nobody called: ${problem}`
  const members = roster.members.length
  return `belongs to the fleet of ${fleet.owner}: ${members} ${members === 1 ? 'member' : 'members'}, epoch ${roster.epoch}`
}
