/**
 * The join proxy (RFC 8995 §4): on each interface, newcomers hear where they can connect to (AN_Proxy, in DULL), and are
 * connected with the registrar. While that cannot be reached, nothing is promised.
 * @module
 */
import { connect } from 'node:net'
import { once } from 'node:events'
import { formatEndpoint } from '@vagus/address'
import { type DullLink, DullLinks, textOf } from '@vagus/asa'
import { agentCap, transportProtocol } from '@vagus/grasp'
import { anProxy, joinFloods } from '@vagus/grasp/objectives'
import { CircuitCount } from './circuit-limits.ts'
import { type CircuitEvent, type CircuitProxy, openCircuitProxy, type RegistrarPlace } from './circuit-proxy.ts'
import { ToldLines } from './told-lines.ts'

export interface JoinProxyOptions {
  /** Names of interfaces, `*` for all. */
  readonly interfaces: readonly string[]
  /** Where the registrar is, as it is known now. */
  readonly registrar: () => RegistrarPlace | undefined
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Milliseconds between looks at the registrar: while it answers, and while not. */
const probeMs = { answers: 30_000, silent: 3000 } as const
const probeWithinMs = 3000
const lookMs = 500
/** A newcomer is told at once, but not more often than so. Milliseconds. */
const greetMs = 1000
/** A flood that ends what was flooded before: 0 would mean for ever. Milliseconds. */
const withdrawnTtlMs = 1

interface OpenLink extends DullLink {
  readonly proxy: CircuitProxy
  readonly flood: (ttlMs: number) => void
  /** Milliseconds, steady. */
  floodedAt: number
}

class JoinProxy {
  readonly #options: JoinProxyOptions
  readonly #count = new CircuitCount()
  readonly #links: DullLinks<OpenLink>
  readonly #timer: NodeJS.Timeout
  /** The registrar that answered, or was silent, last. */
  #probed: { readonly place: string; readonly answers: boolean; readonly at: number } | undefined
  #probing = false
  /** Newcomers keep nobody from hearing of the registrar. */
  readonly #told = { newcomers: new ToldLines(), registrar: new ToldLines() }

  constructor(options: JoinProxyOptions) {
    this.#options = options
    const { interfaces, report } = options
    this.#links = new DullLinks({
      interfaces,
      objectives: [anProxy.name, agentCap.name],
      begin: (link) => this.#begin(link),
      end: ({ proxy }) => proxy.close(),
      report,
    })
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  /** Says that nobody is to come any more, and ends all circuits. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#withdraw()
    await this.#links.stop()
  }

  get #isOpen(): boolean {
    const place = this.#options.registrar()
    return place !== undefined && this.#probed?.place === formatEndpoint(place) && this.#probed.answers
  }

  async #begin(link: DullLink): Promise<OpenLink> {
    const proxy = await openCircuitProxy({
      listenAt: `${textOf(link.address)}%${link.name}`,
      registrar: () => (this.#isOpen ? this.#options.registrar() : undefined),
      count: this.#count,
      onCircuit: (event) => this.#hear(event),
    })
    const agent = link.grasp.agent('join-proxy')
    agent.register(anProxy, { discoverable: 'no' })
    const locator = {
      type: 'ipv6',
      address: link.address,
      protocol: transportProtocol.tcp,
      port: proxy.port,
    } as const
    const open: OpenLink = {
      ...link,
      proxy,
      flood: (ttlMs) => agent.flood(anProxy, '', { ttlMs, locator }),
      floodedAt: -Infinity,
    }
    void (async () => {
      // Agents tell their links what they are when they come; a cold box does so, too.
      for await (const _ of agent.watch(agentCap)) {
        const now = performance.now()
        if (this.#isOpen && now >= open.floodedAt + greetMs) this.#flood(open, now)
      }
    })()
    return open
  }

  #look(): void {
    const now = performance.now()
    const place = this.#options.registrar()
    if (place === undefined) {
      this.#tell('registrar', 'no registrar is known yet: newcomers wait')
      return
    }
    const known = this.#probed?.place === formatEndpoint(place) ? this.#probed : undefined
    const pause = known?.answers === true ? probeMs.answers : probeMs.silent
    if (known === undefined || now >= known.at + pause) void this.#probe(place)
    if (!this.#isOpen) return
    for (const link of this.#links.uses) if (now >= link.floodedAt + joinFloods.everyMs) this.#flood(link, now)
  }

  async #probe(place: RegistrarPlace): Promise<void> {
    if (this.#probing) return
    this.#probing = true
    const problem = await reached(place)
    this.#probing = false
    const wasOpen = this.#isOpen
    this.#probed = { place: formatEndpoint(place), answers: problem === undefined, at: performance.now() }
    if (problem === undefined)
      this.#tell('registrar', `newcomers are taken to the registrar at ${formatEndpoint(place)}`)
    else {
      this.#tell('registrar', `the registrar at ${formatEndpoint(place)} does not answer (${problem}): newcomers wait`)
      if (wasOpen) this.#withdraw()
    }
  }

  #withdraw(): void {
    for (const link of this.#links.uses) {
      if (link.floodedAt === -Infinity) continue
      this.#flood(link, -Infinity, withdrawnTtlMs)
    }
  }

  #flood(link: OpenLink, at: number, ttlMs: number = joinFloods.ttlMs): void {
    if (this.#links.flood(link, () => link.flood(ttlMs))) link.floodedAt = at
  }

  #hear(event: CircuitEvent): void {
    const { source } = event
    if (event.type === 'opened') this.#tell(source, `${source} is connected with the registrar`)
    else this.#tell(source, `${source} is not connected with the registrar: ${event.because}`)
    // Whether it answers must be known before the next newcomer is promised something.
    const place = this.#options.registrar()
    if (event.type === 'unreachable' && place !== undefined) void this.#probe(place)
  }

  /** A newcomer that comes again and again is told of once. */
  #tell(what: string, line: string): void {
    const told = what === 'registrar' ? this.#told.registrar : this.#told.newcomers
    for (const one of told.tell(what, line, performance.now())) this.#options.report(`join proxy: ${one}`)
  }
}

/** Runs until `signal` aborts; then it says that nobody is to come any more. */
export async function runJoinProxy(options: JoinProxyOptions, signal: AbortSignal): Promise<void> {
  const proxy = new JoinProxy(options)
  if (!signal.aborted) await once(signal, 'abort')
  await proxy.stop()
}

/** Why it takes no connection; undefined when it does. */
async function reached({ address, port }: RegistrarPlace): Promise<string | undefined> {
  const socket = connect({ host: address, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(probeWithinMs) })
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  } finally {
    socket.destroy()
  }
}
