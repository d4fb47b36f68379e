/** Tells the book of holdings what everybody says of where agents are. @module */
import type { AddressNews } from '@vagus/api/telemetry'
import { type AgentId, liveLocators } from '@vagus/identity'
import type { ListedAgent } from '../agents/agent-list.ts'
import type { HeldReport } from '../agents/session-reports.ts'
import type { Claim } from './holding.ts'
import type { HoldingBook } from './holding-book.ts'
import { type Place, placeAddress, placeOfUri } from './place.ts'
import { sessionClaims } from './session-claims.ts'

type ReportOf = (id: AgentId) => HeldReport | undefined
type Told = Pick<HeldReport, 'agent' | 'receivedAt' | 'sessions'>

/** A device as the configuration has it. */
export interface KnownDevice {
  readonly name: string
  readonly id?: string | undefined
  readonly address: string
  readonly sources: readonly string[]
}

/** A device that does not answer for so long says nothing any more of who is attached there. Milliseconds. */
const edgeHoldsFor = 60_000

interface Edge {
  readonly startedAt: string
  readonly number: number
  readonly attached: Set<string>
  readonly heardAt: number
}

export class Whereabouts {
  readonly #book: HoldingBook
  /** Of each agent that reports, the peers that it told of. */
  readonly #peers = new Map<AgentId, ReadonlySet<AgentId>>()
  /** Whose documents were told; as many as are listed. */
  #documents = new Set<AgentId>()
  /** By device; as many as are configured. */
  readonly #edges = new Map<string, Edge>()

  constructor(book: HoldingBook) {
    this.#book = book
  }

  /** What an agent tells now; its peers are asked again what they say of it. @param now milliseconds since 1970 */
  reported(report: Told, reportOf: ReportOf, now: number): void {
    const { agent, sessions } = report
    const before = this.#peers.get(agent) ?? new Set()
    const peers = new Set(sessions.map(({ peer }) => peer))
    if (peers.size === 0) this.#peers.delete(agent)
    else this.#peers.set(agent, peers)
    for (const peer of before) if (!peers.has(peer)) this.#book.end(pair(agent, peer), now)
    for (const session of sessions)
      this.#book.tell(pair(agent, session.peer), sessionClaims(report, session, reportOf(session.peer)), now)
    for (const peer of before.union(peers)) this.#askAgain(peer, agent, reportOf, now)
  }

  /** Those whose reports hold no longer: what they told held until they told it last. */
  lapsed(reports: readonly Told[]): void {
    for (const { agent, receivedAt } of reports) {
      for (const peer of this.#peers.get(agent) ?? []) this.#book.end(pair(agent, peer), receivedAt)
      this.#peers.delete(agent)
    }
  }

  /** The newest document of an agent, and again as time goes on: its locators end. */
  listed({ identity }: Pick<ListedAgent, 'identity'>, now: number): void {
    const isOver = now >= identity.expiresAt
    const uris = isOver ? [] : liveLocators(identity.locators, now).flatMap(({ addresses }) => addresses)
    const claims = uris.flatMap((uri): Claim[] => {
      const place = placeOfUri(uri)
      return place === undefined ? [] : [{ agent: identity.id, place, speaker: 'document' }]
    })
    this.#book.tell(`document ${identity.id}`, claims, now)
    this.#documents.add(identity.id)
  }

  unlisted({ identity }: Pick<ListedAgent, 'identity'>, now: number): void {
    this.#book.end(`document ${identity.id}`, now)
    this.#documents.delete(identity.id)
  }

  /** All that are on the list; what documents of others said is over. */
  listedAll(agents: readonly Pick<ListedAgent, 'identity'>[], now: number): void {
    const gone = this.#documents.difference(new Set(agents.map(({ identity }) => identity.id)))
    for (const id of gone) this.#book.end(`document ${id}`, now)
    this.#documents = this.#documents.difference(gone)
    for (const agent of agents) this.listed(agent, now)
  }

  /** What the agent of a device tells of addresses at its links, where it checks who is the neighbour. */
  attachments({ device, startedAt, items }: AddressNews, now: number): void {
    const before = this.#edges.get(device)
    if (before !== undefined && before.startedAt !== startedAt) this.#leaveEdge(device, now)
    const attached = this.#edges.get(device)?.attached ?? new Set<string>()
    const last = before?.startedAt === startedAt ? before.number : 0
    for (const { number, at, what, address, agent, interface: link } of items) {
      const place = wholeAddress(address)
      if (number <= last || place === undefined || what === 'held') continue
      const source = `edge ${device} ${place.address}`
      const when = Math.min(Date.parse(at), now)
      if (what === 'attached') {
        const claim: Claim = { agent, place, speaker: 'edge', by: device, where: `${device} ${link}`, since: when }
        this.#book.tell(source, [claim], now)
        attached.add(source)
      } else {
        this.#book.end(source, when)
        attached.delete(source)
      }
    }
    this.#edges.set(device, { startedAt, number: items.at(-1)?.number ?? 0, attached, heardAt: now })
  }

  /** The agent of that device does not answer. */
  edgeSilent(device: string, now: number): void {
    const edge = this.#edges.get(device)
    if (edge !== undefined && now - edge.heardAt >= edgeHoldsFor) this.#leaveEdge(device, edge.heardAt)
  }

  /** The devices of the moment: their agents are at the addresses that vagus.yaml gives them. */
  devices(devices: readonly KnownDevice[], now: number): void {
    const claims = devices.flatMap(({ name, id, address, sources }) =>
      [address, ...sources].flatMap((each): Claim[] => {
        const place = wholeAddress(each)
        return id === undefined || place === undefined ? [] : [{ agent: id, place, speaker: 'operator', by: name }]
      }),
    )
    this.#book.tell('vagus.yaml', claims, now)
    const known = new Set(devices.map(({ name }) => name))
    for (const device of this.#edges.keys()) if (!known.has(device)) this.#leaveEdge(device, now)
  }

  /** The sessions of the controller itself, by the far ends of their validated paths. */
  ownSessions(sessions: readonly { readonly peer: AgentId; readonly remotes: readonly string[] }[], now: number): void {
    const claims = sessions.flatMap(({ peer, remotes }) =>
      remotes.flatMap((uri): Claim[] => {
        const place = placeOfUri(uri)
        return place === undefined ? [] : [{ agent: peer, place, speaker: 'controller' }]
      }),
    )
    this.#book.tell('controller', claims, now)
  }

  #askAgain(peer: AgentId, agent: AgentId, reportOf: ReportOf, now: number): void {
    const report = reportOf(peer)
    const session = report?.sessions.find((one) => one.peer === agent)
    if (report !== undefined && session !== undefined)
      this.#book.tell(pair(peer, agent), sessionClaims(report, session, reportOf(agent)), now)
  }

  #leaveEdge(device: string, at: number): void {
    for (const source of this.#edges.get(device)?.attached ?? []) this.#book.end(source, at)
    this.#edges.delete(device)
  }
}

const pair = (agent: AgentId, peer: AgentId): string => `${agent} ${peer}`

function wholeAddress(text: string): Place | undefined {
  const address = placeAddress(text)
  return address === undefined ? undefined : { address, port: undefined, protocol: undefined }
}
