/** Opens the sessions that this agent initiates: from the ways to a peer to a link that is up. @module */
import type { HostRoute } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import { networkGone } from './attempts.ts'
import { clock } from '../link/clock.ts'
import type { Dialler, Target } from './dialler.ts'
import { AgentError } from '../errors.ts'
import type { Opening } from '../exchange/exchange-session.ts'
import type { Begun } from '../handshake/begun.ts'
import type { Link } from '../link/link.ts'
import type { Links } from '../link/links.ts'
import type { AddressChange } from './local-addresses.ts'
import { hostOf } from './pairs.ts'

/** Milliseconds after which no new attempt is started, however often the network changes. */
const patience = 20_000

export class LinkOpener {
  readonly #dialler: Dialler
  readonly #links: Links
  readonly #begin: (begun: Begun) => Link
  /** Links that are not up yet, by their serial numbers, with the route on which each started. */
  readonly #fresh = new TurnoverMap<number, { readonly link: Link; readonly route: HostRoute }>()

  constructor(dialler: Dialler, links: Links, begin: (begun: Begun) => Link) {
    this.#dialler = dialler
    this.#links = links
    this.#begin = begin
  }

  /** @throws {AgentError} */
  async open(target: Target, opening?: Opening): Promise<Link> {
    const until = clock() + patience
    for (;;) {
      try {
        return await this.#open(target, opening)
      } catch (error) {
        if (error !== networkGone || clock() > until) throw error
      }
    }
  }

  /**
   * Addresses came or went: pending attempts whose answer may be unable to arrive are started again from another
   * address.
   */
  moved(change: AddressChange): void {
    this.#dialler.moved(change)
    for (const { link, route } of this.#fresh.values()) void this.#look(link, route, change)
  }

  async #look(link: Link, route: HostRoute, { removed }: AddressChange): Promise<void> {
    const isGone = removed.some(({ address }) => address === hostOf(route.local))
    if ((isGone || (await this.#dialler.isOvertaken(route))) && this.#fresh.has(link.serial)) link.fail(networkGone)
  }

  async #open(target: Target, opening: Opening | undefined): Promise<Link> {
    const { id } = target
    const before = this.#links.get(id)
    const silent = before?.isUp === true && before.isSilent ? before : undefined
    const { established, route, how, rest } = await this.#dialler.establish(target, opening, silent)
    const present = this.#links.get(id)
    if (present?.isUp === true && !present.isSilent) {
      // The old link came back meanwhile. The other side drops the new session, on which nothing was ever sent.
      route.close()
      return present
    }
    const link = this.#begin({ established, route, address: 'proven', how })
    this.#fresh.set(link.serial, { link, route })
    try {
      await link.ready
    } finally {
      this.#fresh.delete(link.serial)
    }
    if (link.peer.identity.id !== id) {
      const problem = `${link.peer.identity.id} answered instead of ${id}`
      link.fail(new AgentError('wrong-peer', problem))
      throw new AgentError('wrong-peer', problem)
    }
    if (rest !== undefined) opening?.taken(link.begun(rest))
    // If two sessions crossed, the other one may have stayed.
    return this.#links.get(id) ?? link
  }
}
