/**
 * Tells others from where their datagrams come: to whoever asks over its session, and for datagrams with the id that it
 * named. What is told goes to the asking agent alone, so nobody else can be made to receive it.
 * @module
 */
import { idKeyOf } from '@vagus/channel'
import { encodeSeen, idOctets, isProbe, natNotice, probeNumberOf } from '@vagus/nat'
import type { HostRoute } from '@vagus/transport'
import { clock } from '../link/clock.ts'
import type { Link } from '../link/link.ts'
import { remoteOf } from './place.ts'

/** Milliseconds for which datagrams of one id are told. */
const askedFor = 5000
/** Datagrams that are told for each id; an agent sends some ten. */
const maxTold = 32
/** Ids of all agents, and of one. At the limit the oldest is forgotten; its agent asks again later. */
const maxAsked = 4096
const maxAskedByOne = 4

interface Asked {
  readonly link: Link
  readonly id: Uint8Array
  readonly until: number
  /** Numbers of the datagrams that were told. */
  readonly told: Set<string>
}

export class Observer {
  readonly #asked = new Map<string, Asked>()
  /** The last ids of each, so that nobody makes this side search through those of all. */
  readonly #ofOne = new WeakMap<Link, string[]>()

  /** The peer of `link` will send datagrams with `id`. */
  expect(link: Link, id: Uint8Array): void {
    const key = idKeyOf(id)
    if (id.length !== idOctets || this.#asked.has(key)) return
    const own = this.#ofOne.get(link) ?? []
    this.#ofOne.set(link, own)
    if (own.push(key) > maxAskedByOne) this.#asked.delete(own.shift()!)
    this.#asked.set(key, { link, id: new Uint8Array(id), until: clock() + askedFor, told: new Set() })
    if (this.#asked.size > maxAsked) this.#asked.delete(this.#asked.keys().next().value!)
  }

  /** A packet that belongs to no session. */
  packet(route: HostRoute, packet: Uint8Array): void {
    if (this.#asked.size === 0 || !isProbe(packet)) return
    const asked = this.#asked.get(idKeyOf(packet, 1))
    const address = asked && remoteOf(route)
    if (asked === undefined || address === undefined) return
    const { link, id, until, told } = asked
    if (!link.isUp || until < clock()) return void this.#asked.delete(idKeyOf(packet, 1))
    const number = new Uint8Array(probeNumberOf(packet))
    const key = idKeyOf(number)
    if (told.has(key) || told.size >= maxTold) return
    told.add(key)
    link.runner.session.notify(natNotice.seen, encodeSeen({ id, number, address }))
    link.runner.wake()
  }
}
