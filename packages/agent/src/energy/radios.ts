/** The radios of this host that are to sleep: which is under a route, and what each took. @module */
import { type AccessProfile, joulesOfWake, Radio } from '@vagus/channel'
import { type HostRoute, parseEndpointUri } from '@vagus/transport'
import { isOfNetwork, type LocalAddress } from '../dial/local-addresses.ts'
import { clock } from '../link/clock.ts'
import { Beat } from './beat.ts'
import { accessOf, beatOf, type EnergyOptions, profileOf, type Sleeper } from './energy-options.ts'
import { type RadioConsumption, RadioUse } from './radio-use.ts'

/** A radio and its consumption since the agent was opened. */
export interface RadioStatus {
  /** The interface, or the network as the options name it. */
  readonly network: string
  /** The kind whose model is used; `own`: a profile of the options. */
  readonly access: string
  readonly own: RadioConsumption
  /** If everything had been sent at once: an estimate that is rather too low. */
  readonly atOnce: RadioConsumption
}

interface SleepingLink {
  readonly runner: { radioWoke(): void }
}

interface Network {
  readonly network: string
  readonly access: string
  readonly profile: AccessProfile
}

interface Known extends Network {
  readonly radio: Radio
  readonly use: RadioUse
}

const loopback: LocalAddress = { address: '127.0.0.1', family: 4, interface: 'lo' }

export class Radios {
  readonly beat: Beat
  readonly #options: EnergyOptions
  readonly #local: () => readonly LocalAddress[]
  readonly #links: () => Iterable<SleepingLink>
  readonly #endBeat: () => void
  #waking: NodeJS.Immediate | undefined
  readonly #known = new Map<string, Known>()

  /** @param links those with sessions over the radios: what waits in all of them goes with what wakes one, or on the beat */
  constructor(options: EnergyOptions, local: () => readonly LocalAddress[], links: () => Iterable<SleepingLink>) {
    this.#options = options
    this.#local = local
    this.#links = links
    this.beat = new Beat(beatOf(options))
    this.#endBeat = this.beat.each(() => this.#wakeAll())
  }

  close(): void {
    this.#endBeat()
    clearImmediate(this.#waking)
  }

  /** Finds the radio under a route that a session is about to use. One through a relay has that of the relay. */
  find(route: HostRoute): void {
    if (route.transport !== 'relay') route.radio ??= this.under(route)
  }

  /** The radio under `route`; `undefined`: there is none, or it is not to sleep. */
  under(route: Pick<HostRoute, 'local'>): Radio | undefined {
    const found = this.#networkOf(parseEndpointUri(route.local)?.host ?? '')
    if (found === undefined) return undefined
    const { network, profile } = found
    const present = this.#known.get(network)
    if (present !== undefined) return present.radio
    const use = new RadioUse(profile)
    const radio = new Radio({
      plan: profile,
      of: 'here',
      joules: joulesOfWake(profile),
      phase: this.beat.phase,
      woke: () => this.#woke(),
      passed: (octets, purpose, now) => use.packet(octets, purpose, now),
      waits: (octets, now) => use.waits(octets, now),
    })
    this.#known.set(network, { ...found, radio, use })
    return radio
  }

  statusOf(radio: Radio): RadioStatus | undefined {
    for (const known of this.#known.values()) {
      if (known.radio !== radio) continue
      const { network, access, use } = known
      return { network, access, ...use.consumption(clock()) }
    }
    return undefined
  }

  /** Soon, because a radio says so in the middle of sending. */
  #woke(): void {
    this.#waking ??= setImmediate(() => {
      this.#waking = undefined
      this.#wakeAll()
    })
  }

  #wakeAll(): void {
    for (const { runner } of this.#links()) runner.radioWoke()
  }

  /** For a socket at all addresses: where they are all of one interface. */
  #onlyOne(): LocalAddress | undefined {
    const [first, ...others] = this.#local()
    return others.every((other) => other.interface === first?.interface) ? first : undefined
  }

  /** By the first of the options that it is of. */
  #networkOf(host: string): Network | undefined {
    const isHere = host.startsWith('127.') || host === '[::1]'
    const local = isHere ? loopback : (this.#local().find(({ address }) => address === host) ?? this.#onlyOne())
    for (const [network, sleeper] of Object.entries(this.#options)) {
      const isOf = local !== undefined && isOfNetwork(local, network)
      const isAny = network === '*' && local !== loopback
      if (!isOf && !isAny) continue
      const profile = profileOf(sleeper, local?.interface)
      const name = network === '*' ? (local?.interface ?? '*') : network
      return profile && { network: name, access: accessText(sleeper, local), profile }
    }
    return undefined
  }
}

function accessText({ access }: Sleeper, local: LocalAddress | undefined): string {
  if (typeof access !== 'string') return 'own'
  return access === 'battery' ? (accessOf(local?.interface ?? '') ?? 'own') : access
}
