/** Who is where, opened over the control state; and its clocks. @module */
import { parseDuration } from '@vagus/api/duration'
import type { ControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { AgentWatch } from '../agents/agent-desk.ts'
import type { OpenedAgents } from '../agents/open-agents.ts'
import type { DomainState } from '../domain-state.ts'
import type { JoinDesk } from '../joining/join-desk.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import { CarriedHistory } from './carried-history.ts'
import type { Grouping } from './agent-flows.ts'
import { HoldingBook } from './holding-book.ts'
import { KeyAges } from './key-ages.ts'
import { Whereabouts } from './whereabouts.ts'
import { WhoisDesk } from './whois-desk.ts'
import { WhoisKeeper } from './whois-keeper.ts'

export interface WhoisCore {
  readonly control: ControlStore
  readonly state: DomainState
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Takes a line for people. */
  readonly report: (line: string) => void
  readonly opened: AsyncDisposableStack
}

/** Milliseconds between looks at who is connected, and at all documents: locators end. */
const lookEvery = 10_000
const documentsEvery = 60_000
const keepEvery = 30_000

/** What agents say goes here from the start. */
export interface WhoisTable {
  readonly book: HoldingBook
  readonly ages: KeyAges
  readonly carried: CarriedHistory
  readonly whereabouts: Whereabouts
  readonly watch: AgentWatch
}

/** Written down at the end, too. */
export function openWhoisTable({ control, report, opened }: WhoisCore): WhoisTable {
  const [book, ages, carried] = [new HoldingBook(), new KeyAges(), new CarriedHistory()]
  const whereabouts = new Whereabouts(book)
  const keeper = new WhoisKeeper(control, book, ages)
  keeper.load()
  const changed = new Set<string>()
  const keep = (): void => {
    try {
      keeper.keep(book.takeChanged().union(changed), Date.now())
      changed.clear()
    } catch (error) {
      report(`who was at which address could not be written down: ${String(error)}`)
    }
  }
  const clock = setInterval(keep, keepEvery)
  opened.defer(() => {
    clearInterval(clock)
    keep()
  })
  const watch: AgentWatch = {
    reported(told, reportOf) {
      whereabouts.reported(told, reportOf, Date.now())
      carried.take(told)
    },
    lapsed(reports) {
      whereabouts.lapsed(reports)
      for (const { agent } of reports) carried.forget(agent)
    },
    listed(agent) {
      whereabouts.listed(agent, Date.now())
      if (ages.see(agent.identity, Date.now())) changed.add(agent.identity.id)
    },
    unlisted: (agent) => whereabouts.unlisted(agent, Date.now()),
  }
  return { book, ages, carried, whereabouts, watch }
}

export interface OpenedWhois extends WhoisTable, Grouping {
  readonly desk: WhoisDesk
}

export function openWhois(
  { state, startedAt, opened }: WhoisCore,
  table: WhoisTable,
  { list, agents, rosters }: OpenedAgents,
  late: { readonly own: () => OwnAgent | undefined; readonly joins: () => JoinDesk | undefined },
): OpenedWhois {
  const { book, ages, whereabouts } = table
  const look = (): void => {
    const now = Date.now()
    whereabouts.devices(state.config.devices, now)
    whereabouts.ownSessions(late.own()?.sessions() ?? [], now)
  }
  const lookAtDocuments = (): void => {
    const now = Date.now()
    const listed = list.all(now)
    whereabouts.listedAll(listed, now)
    for (const { identity } of listed) ages.see(identity, now)
    ages.keep(new Set(listed.map(({ identity }) => identity.id)))
    book.forget(now - parseDuration(state.config.store.raw))
  }
  look()
  lookAtDocuments()
  const clocks = [setInterval(look, lookEvery), setInterval(lookAtDocuments, documentsEvery)]
  opened.defer(() => clocks.forEach(clearInterval))
  const nameOf: Grouping['nameOf'] = (id) => list.nameOf(id, Date.now())
  const desk = new WhoisDesk({
    book,
    ages,
    crypto: identityCrypto,
    listed: () => list.all(Date.now()),
    nameOf,
    agentOf: (word) => list.find(word, Date.now()),
    siteOf: (id) => agents.find(id)?.site ?? null,
    reports: () => agents.reports(),
    membershipOf: (id) => rosters.membershipOf(id),
    config: () => state.config,
    boxes: () =>
      late
        .joins()
        ?.all.flatMap(({ serial, agent, state: now, certificateUntil: until }) =>
          now === 'joined' && agent !== undefined && until !== undefined ? [{ serial, agent, until }] : [],
        ) ?? [],
    keptSince: () => Math.max(book.oldest() ?? startedAt, Date.now() - parseDuration(state.config.store.raw)),
    now: Date.now,
  })
  return {
    ...table,
    desk,
    nameOf,
    rolesOf(id) {
      const roles = rosters.membershipOf(id)?.roles
      const claimed = list.find(id, Date.now())?.identity.role
      return roles ?? (claimed === undefined ? [] : [`${claimed} (claimed)`])
    },
    fleetOf(id) {
      const owner = rosters.membershipOf(id)?.owner
      return owner && (state.config.access.owners.find((one) => one.id === owner)?.name ?? nameOf(owner) ?? owner)
    },
  }
}
