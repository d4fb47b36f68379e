/**
 * Keeps the address of an agent of this host attached while the host moves: the rules of @vagus/mobility joined to a
 * socket, the interfaces and the kernel. Programs notice nothing.
 * @module
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { formatAddress, formatPrefix } from '@vagus/address'
import type { LocalAgent } from '@vagus/keyring'
import {
  addressInBlock,
  decodeMobility,
  encodeMobility,
  type HostEffect,
  mobileBlock,
  MobileHost,
  mobilityGroup,
  type MobilityMessage,
  mobilityPort,
  type Offer,
  signAttachment,
} from '@vagus/mobility'
import { watchAddresses } from '@vagus/transport'
import { DecodeError } from '@vagus/wire'
import type { AddressKernel } from './host-kernel.ts'
import { hostLinks, isLinkLocal } from './host-links.ts'

export interface KeepOptions {
  readonly agent: LocalAgent
  /** Interfaces, `*` for all. */
  readonly interfaces: readonly string[]
  /** Only edges with this block are listened to; otherwise with that of the first one. */
  readonly block?: string
  readonly kernel: AddressKernel
  readonly report: (line: string) => void
}

export interface AddressStatus {
  readonly agent: string
  /** Null until an edge has said which block it is in. */
  readonly address: string | null
  readonly links: readonly string[]
  readonly attached: {
    readonly link: string
    readonly edge: string
    readonly sequence: number
    readonly until: number
  } | null
}

/** Milliseconds: between looks at the interfaces, where the kernel tells nothing; for the answer to a detachment. */
const [lookMs, partingMs] = [1000, 500]

/** Edges of other blocks that are told of; more are ignored without a word. */
const maxStrange = 16

/** Milliseconds since 1970 by the clock that was right when we began; setting the time of day does not move it. */
const steadyNow = (): number => performance.timeOrigin + performance.now()

export class AddressKeeper {
  readonly #options: KeepOptions
  readonly #host = new MobileHost()
  readonly #socket: Socket
  readonly #ended = Promise.withResolvers<'duplicate' | 'stopped'>()
  readonly #look: NodeJS.Timeout
  readonly #unwatch: (() => void) | undefined
  readonly #strange = new Set<string>()
  #isOver = false
  #isClosed = false
  #block: string | undefined
  #address: string | undefined
  #timer: NodeJS.Timeout | undefined
  /** The last that was signed, to detach with. */
  #last: Extract<HostEffect, { type: 'attach' }> | undefined
  /** Changes of the kernel, one after the other. */
  #kernel: Promise<void> = Promise.resolve()
  #detached: (() => void) | undefined

  /** @throws {RangeError} on a block that is none, {Error} of the system */
  static async open(options: KeepOptions): Promise<AddressKeeper> {
    const block = options.block === undefined ? undefined : formatPrefix(mobileBlock(options.block))
    const socket = createSocket('udp6')
    socket.bind({ address: '::' })
    await once(socket, 'listening')
    return new AddressKeeper(options, socket, block)
  }

  private constructor(options: KeepOptions, socket: Socket, block: string | undefined) {
    // Edges say who they are, and why not: anybody on a link can, and must not reach a terminal.
    const report = (line: string): void => options.report(line.replaceAll(/\p{C}/gu, '?'))
    this.#options = { ...options, report }
    this.#socket = socket
    this.#block = block
    socket.on('message', (octets, from) => this.#take(octets, from))
    socket.on('error', (error) => report(`the socket for edges: ${error.message}`))
    this.#look = setInterval(() => this.#lookAtLinks(), lookMs).unref()
    this.#unwatch = watchAddresses(() => this.#lookAtLinks())
    this.#lookAtLinks()
  }

  /**
   * `duplicate`: another host has the key of this agent and took the address; it is no longer here. Rejects where this host's
   * kernel does not take the address, as without CAP_NET_ADMIN.
   */
  get ended(): Promise<'duplicate' | 'stopped'> {
    return this.#ended.promise
  }

  status(): AddressStatus {
    const { agent, interfaces } = this.#options
    return {
      agent: agent.name,
      address: this.#address ?? null,
      links: hostLinks(interfaces, this.#address).map(({ name }) => name),
      attached: this.#host.here ?? null,
    }
  }

  /** Attaches over that link; the old one is used until that is done. @throws {RangeError} that names the links there are */
  move(link: string): void {
    this.#perform(this.#host.move(link, steadyNow()))
  }

  /** Detaches, and takes the address away. */
  async stop(): Promise<void> {
    this.#end()
    const last = this.#last
    if (last !== undefined && this.#host.here !== undefined) {
      const detached = new Promise<void>((resolve) => (this.#detached = resolve))
      this.#attach({ ...last, lifetime: 0 })
      const late = new Promise<void>((resolve) => setTimeout(resolve, partingMs).unref())
      await Promise.race([detached, late])
    }
    this.#close()
    await this.#removeAddress()
    this.#ended.resolve('stopped')
  }

  #end(): void {
    this.#isOver = true
    clearInterval(this.#look)
    clearTimeout(this.#timer)
    this.#unwatch?.()
  }

  #close(): void {
    if (!this.#isClosed) this.#socket.close()
    this.#isClosed = true
  }

  #lookAtLinks(): void {
    if (this.#isOver) return
    this.#perform(this.#host.setLinks(hostLinks(this.#options.interfaces, this.#address), steadyNow()))
  }

  #take(octets: Uint8Array, { address: from }: RemoteInfo): void {
    const [by = '', link] = from.split('%')
    if (link === undefined || !isLinkLocal(by)) return
    const message = readable(octets)
    if (message?.type === 'offer') this.#offered(link, message, by)
    else if (message?.type === 'answer') {
      if (message.state === 'detached') this.#detached?.()
      this.#perform(this.#host.answered(link, message, by, steadyNow()))
    }
  }

  #offered(link: string, offer: Offer, by: string): void {
    this.#block ??= offer.block
    if (offer.block !== this.#block) {
      this.#tellStrange(`${offer.edge} on ${link} has the block ${offer.block}, and this host ${this.#block}`)
      return
    }
    if (this.#address === undefined) this.#addAddress(this.#block)
    this.#perform(this.#host.offered(link, offer, by, steadyNow()))
  }

  /** Once each; anybody on a link can make up edges. */
  #tellStrange(line: string): void {
    if (this.#strange.has(line) || this.#strange.size >= maxStrange) return
    this.#strange.add(line)
    this.#options.report(line)
  }

  #addAddress(block: string): void {
    const { agent, kernel, report } = this.#options
    const address = formatAddress(addressInBlock(mobileBlock(block), agent.identity.tag))
    this.#address = address
    report(`the address of ${agent.name} is ${address}`)
    this.#kernel = kernel.add(address).catch((error: unknown) => {
      this.#end()
      this.#close()
      this.#ended.reject(error)
    })
  }

  async #removeAddress(): Promise<void> {
    const address = this.#address
    if (address !== undefined) this.#change(() => this.#options.kernel.remove(address))
    this.#address = undefined
    await this.#kernel
  }

  #perform(effects: readonly HostEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'attach') this.#attach(effect)
      else if (effect.type === 'route') this.#route(effect)
      else if (effect.type === 'happened') this.#happened(effect)
      else {
        const { id } = this.#options.agent.identity
        this.#send({ type: 'solicit', id, nextHop: effect.link.nextHop }, mobilityGroup, effect.link.name)
      }
    }
    this.#setTimer()
  }

  #attach(effect: Extract<HostEffect, { type: 'attach' }>): void {
    this.#last = effect
    const { identity, signer } = this.#options.agent
    const { link, offer, to, sequence, lifetime } = effect
    const { organisation, keyLog } = identity
    const { edge, challenge } = offer
    const statement = { organisation, nextHop: link.nextHop, sequence, lifetime, edge, challenge }
    this.#send({ type: 'attach', ...signAttachment(statement, keyLog, signer) }, to, link.name)
  }

  /** What cannot be sent is sent again in its time. */
  #send(message: MobilityMessage, to: string, link: string): void {
    if (this.#isClosed) return
    this.#socket.send(encodeMobility(message), mobilityPort, `${to}%${link}`, () => undefined)
  }

  #route({ link, by }: Extract<HostEffect, { type: 'route' }>): void {
    const address = this.#address
    if (address !== undefined) this.#change(() => this.#options.kernel.route(address, by, link.name))
  }

  #change(work: () => Promise<void>): void {
    this.#kernel = this.#kernel.then(work).catch((error: Error) => this.#options.report(error.message))
  }

  #happened({ what, link, edge, problem }: Extract<HostEffect, { type: 'happened' }>): void {
    const { report } = this.#options
    if (what === 'attached') report(`attached to ${edge} over ${link}`)
    else if (what === 'refused') report(`${edge} on ${link} refuses: ${problem}`)
    else if (what === 'lost') report(`no longer attached to ${edge} over ${link}: ${problem}`)
    else {
      report(`another host has the key of ${this.#options.agent.name}, and took its address: ${problem}`)
      this.#end()
      this.#close()
      void this.#removeAddress().then(() => this.#ended.resolve('duplicate'))
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    const at = this.#host.nextAt()
    if (at === undefined) return
    this.#timer = setTimeout(() => this.#perform(this.#host.tick(steadyNow())), Math.max(1, at - steadyNow()))
  }
}

function readable(octets: Uint8Array): MobilityMessage | undefined {
  try {
    return decodeMobility(octets)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
