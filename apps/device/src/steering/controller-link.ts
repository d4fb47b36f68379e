/**
 * The connection with the controller's agent: looked up in the controller's list, and dialled again whenever it is gone. Of
 * all agents, that one is a member of this device's domain (RFC 8990 §2.5.1), and those with which intents are exchanged; the
 * controller alone may negotiate.
 * @module
 */
import { type Agent, type Connection, type Lookup, openAgent } from '@vagus/agent'
import { agentSubstrate, type Grasp, memberAddress, type Negotiation, openGrasp } from '@vagus/asa'
import {
  anJoinRegistrar,
  congestionMed,
  decline,
  declineText,
  estTls,
  type LineOffer,
  linePart,
  type MedOffer,
} from '@vagus/grasp/objectives'
import { type Keyring, ownIdentityOf } from '@vagus/keyring'
import { type ControllerList, Presence } from '@vagus/lookup'
import { steadyNow } from '../actuation.ts'
import { type HeardRegistrar, placeOf } from '../joining/heard-registrar.ts'
import type { Responder } from '../leases/responder.ts'
import { rounds } from '../rounds.ts'
import type { NewsDesk } from '../southbound/news.ts'
import { tellNews } from './news-teller.ts'

/** Milliseconds between looks whether the connection is there. */
const lookEvery = 3000

export interface LinkOptions {
  readonly keyring: Keyring
  /** The agent of this host that the device speaks as; it exists. */
  readonly as: string
  /** Id of the controller's agent. */
  readonly by: string
  readonly lookup: Lookup
  /** Other members, which never negotiate; and where they reach this one. */
  readonly neighbours?: readonly string[]
  readonly listen?: readonly string[]
  /** Where this one is published if it listens. */
  readonly list?: Pick<ControllerList, 'publish'> | undefined
  /** Called when a connection with a member is there that was not. */
  readonly met?: () => void
  /** Is told where the registrar of the domain is. */
  readonly registrar?: HeardRegistrar | undefined
  readonly report: (line: string) => void
  readonly device: string
  readonly news: NewsDesk
}

/** Each answers one negotiation. */
export interface Answering {
  readonly med: (negotiation: Responder<MedOffer>) => Promise<void>
  /** Where the device holds lines. */
  readonly line?: (negotiation: Responder<LineOffer>) => Promise<void>
}

export interface LinkState {
  readonly state: 'connected' | 'away'
  /** Milliseconds since 1970, steady. */
  readonly since: number
  /** Why it is away, if that is known. */
  readonly problem: string | undefined
}

export class ControllerLink {
  readonly #options: LinkOptions
  readonly #agent: Agent
  readonly #grasp: Grasp
  readonly #presence: Presence
  readonly #ending = new AbortController()
  #connection: Connection | undefined
  #state: LinkState = { state: 'away', since: steadyNow(), problem: undefined }

  private constructor(options: LinkOptions, agent: Agent, grasp: Grasp) {
    this.#options = options
    this.#agent = agent
    this.#grasp = grasp
    const { keyring, as: name, list, report } = options
    // Unless neighbours reach it, it is published nowhere. Its document is renewed all the same.
    this.#presence = new Presence({
      agent,
      keyring,
      name,
      reachedAt: [],
      list,
      skillsAfter: undefined,
      report,
    })
  }

  /** @throws {KeyringError} when the keys cannot be used */
  static async open(options: LinkOptions, answering: Answering): Promise<ControllerLink> {
    const { keyring, as, by, lookup, neighbours = [], listen = [] } = options
    const members = new Set([by, ...neighbours])
    const agent = await openAgent({
      identity: ownIdentityOf(keyring.openToRun(as, Date.now())),
      lookup,
      listen,
      admission: {
        refusalOf: ({ id }) => (members.has(id) ? undefined : 'this device speaks with its own domain only'),
      },
    })
    try {
      const substrate = agentSubstrate(agent, { admits: ({ identity }) => members.has(identity.id) })
      const grasp = await openGrasp({ mode: 'domain', substrate })
      const link = new ControllerLink(options, agent, grasp)
      await link.#presence.begin()
      link.#serve(answering)
      for (const id of neighbours) link.#meet(id)
      void tellNews(agent, { to: by, device: options.device, desk: options.news }, link.#ending.signal)
      void rounds(
        lookEvery,
        link.#ending.signal,
        () => link.#look(),
        (problem, state) => {
          if (state === 'fails') link.#away(problem)
        },
      )
      return link
    } catch (error) {
      await agent.close()
      throw error
    }
  }

  /** Whose members know of each other's intents. */
  get grasp(): Grasp {
    return this.#grasp
  }

  get id(): string {
    return this.#agent.id
  }

  get state(): LinkState {
    return this.#state
  }

  async close(): Promise<void> {
    this.#ending.abort()
    this.#presence.end()
    await this.#grasp.close()
    await this.#agent.close()
  }

  #serve({ med, line }: Answering): void {
    const { signal } = this.#ending
    const responder = this.#grasp.agent('steering')
    const controller = memberAddress(this.#options.by)
    responder.register(congestionMed)
    void serve(responder.negotiations(congestionMed, { signal }), controller, med)
    if (this.#options.registrar !== undefined) void this.#hear(this.#options.registrar)
    if (line === undefined) return
    responder.register(linePart)
    void serve(responder.negotiations(linePart, { signal }), controller, line)
  }

  /** Keeps a connection with a neighbour. Of two that listen, the one with the lower id dials (RFC 8990 leaves it open). */
  #meet(id: string): void {
    const { listen = [], report, met } = this.#options
    if (listen.length > 0 && this.id > id) return
    let known: Connection | undefined
    void rounds(
      lookEvery,
      this.#ending.signal,
      async () => {
        const connection = await this.#agent.connect(id, { signal: this.#ending.signal })
        if (connection !== known) met?.()
        known = connection
      },
      (problem, state) =>
        report(state === 'fails' ? `intents: ${id} is away: ${problem}` : `intents: ${id} is connected`),
    )
  }

  async #hear(registrar: HeardRegistrar): Promise<void> {
    const { signal } = this.#ending
    for await (const { value, locator, expiresAt } of this.#grasp.agent('joining').watch(anJoinRegistrar, { signal })) {
      const place = value === estTls ? placeOf(locator) : undefined
      if (place !== undefined) registrar.hear(place, expiresAt)
    }
  }

  /** A connection that is silent is dialled anew, too: the agent gives the one that answers. */
  async #look(): Promise<void> {
    const connection = await this.#agent.connect(this.#options.by, { signal: this.#ending.signal })
    if (connection === this.#connection) return
    this.#connection = connection
    this.#state = { state: 'connected', since: steadyNow(), problem: undefined }
    this.#options.report('steering: the controller is connected')
    this.#options.met?.()
    void connection.closed.then((reason) => {
      if (this.#connection === connection) this.#away(reason)
    })
  }

  #away(problem: string): void {
    this.#connection = undefined
    if (this.#ending.signal.aborted) return
    const since = this.#state.state === 'away' ? this.#state.since : steadyNow()
    this.#state = { state: 'away', since, problem }
    this.#options.report(`steering: the controller is away: ${problem}`)
  }
}

/** Who is no controller is no more than a neighbour. */
async function serve<Value>(
  all: AsyncIterable<Negotiation<Value>>,
  controller: Uint8Array,
  take: (one: Negotiation<Value>) => Promise<void>,
): Promise<void> {
  for await (const one of all)
    if (one.peer !== undefined && Buffer.compare(one.peer.address, controller) === 0) void take(one)
    else one.decline(declineText(decline('UNTRUSTED', 'only the controller of this device negotiates with it')))
}
