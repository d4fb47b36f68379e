/**
 * The generator of one site: the shell that gives the engine its ticks, its packets to sockets, and answers on the
 * control socket. Once a second it settles the account.
 * @module
 */
import { rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { Account } from './account.ts'
import type { ControlReply, ControlRequest, Stats } from './control.ts'
import { listenForControl } from './control-socket.ts'
import { Engine, tickMilliseconds } from './engine.ts'
import type { FlowSink } from './flow.ts'
import { KernelCounters } from './kernel-counters.ts'
import type { Plan } from './plan.ts'
import { Sinks } from './sinks.ts'
import { TcpSender } from './tcp-sender.ts'
import { UdpSender } from './udp-sender.ts'

/** Ticks that leave together after a pause: more would overflow the queues of the links. */
const maxTicksAtOnce = 4
/** Traffic later than this is no longer sent. */
const maxTicksLate = 100

export interface GeneratorConfig {
  readonly plan: Plan
  readonly site: string
  /** Folder for `SITE.sock`. */
  readonly run: string
}

export const controlPath = (run: string, site: string): string => join(run, `${site}.sock`)

export class Generator {
  readonly #config: GeneratorConfig
  readonly #engine: Engine
  readonly #kernel = new KernelCounters()
  readonly #account: Account
  readonly #tcp: TcpSender
  readonly #udp: UdpSender
  readonly #sinks: Sinks
  readonly #flows: FlowSink
  readonly #late: FlowSink
  readonly #timers: NodeJS.Timeout[] = []
  #control: Server | undefined
  #started = 0
  #opened = 0
  #lateOctets = 0
  readonly #stopped = Promise.withResolvers<void>()

  /** Opens nothing yet. @throws {RangeError} when `site` is none of the plan */
  constructor(config: GeneratorConfig) {
    const { plan, site } = config
    this.#config = config
    this.#engine = new Engine(plan, site)
    const others = plan.sites.map(({ name }) => name).filter((name) => name !== site)
    this.#account = new Account(others, this.#kernel.read())
    this.#tcp = new TcpSender(this.#account)
    this.#udp = new UdpSender(this.#account)
    this.#sinks = new Sinks(plan, site, this.#account)
    this.#flows = {
      open: (flow) => {
        this.#opened++
        this.#senderOf(flow.application.protocol).open(flow)
      },
      send: (flow, payload) => this.#senderOf(flow.application.protocol).send(flow, payload),
      close: (flow) => this.#senderOf(flow.application.protocol).close(flow),
    }
    this.#late = { ...this.#flows, send: (_flow, payload) => (this.#lateOctets += payload) }
  }

  /** Opens the sinks and the control socket, then sends. @throws {Error} of the kernel */
  async start(): Promise<void> {
    const { run, site } = this.#config
    await this.#sinks.start()
    this.#control = await listenForControl(controlPath(run, site), (request) => this.#answer(request))
    this.#started = performance.now()
    this.#timers.push(setInterval(() => this.#advance(), tickMilliseconds))
    this.#timers.push(setInterval(() => this.#settle(), 1000))
  }

  /** Resolves when the generator has been stopped. */
  get stopped(): Promise<void> {
    return this.#stopped.promise
  }

  /** Closes all it has opened. */
  stop(): void {
    if (this.#control === undefined) return
    const { run, site } = this.#config
    for (const timer of this.#timers) clearInterval(timer)
    this.#control.close()
    this.#control = undefined
    rmSync(controlPath(run, site), { force: true })
    this.#tcp.closeAll()
    this.#udp.closeAll()
    this.#sinks.close()
    this.#stopped.resolve()
  }

  stats(): Stats {
    const { plan, site } = this.#config
    const { user, system } = process.cpuUsage()
    const others = plan.sites.map(({ name }) => name).filter((name) => name !== site)
    const receivedPayload = this.#sinks.received()
    this.#settle()
    return {
      site,
      at: Date.now(),
      seconds: (performance.now() - this.#started) / 1000,
      sent: this.#account.sent(),
      receivedPayload,
      bitsPerSecond: Object.fromEntries(others.map((to) => [to, Math.round(this.#engine.bitsPerSecond(to))])),
      flows: {
        opened: this.#opened,
        open: this.#tcp.openFlows + this.#udp.openFlows,
        failed: this.#tcp.failed + this.#udp.failed,
      },
      unsentOctets: this.#lateOctets + this.#tcp.unsentOctets + this.#udp.unsentOctets,
      waitingOctets: this.#account.waiting(),
      unexplainedOctets: this.#account.unexplained(),
      process: { pid: process.pid, cpuSeconds: (user + system) / 1e6, rssOctets: process.memoryUsage.rss() },
    }
  }

  #senderOf(protocol: 'tcp' | 'udp'): FlowSink {
    return protocol === 'tcp' ? this.#tcp : this.#udp
  }

  #advance(): void {
    const due = Math.trunc((performance.now() - this.#started) / tickMilliseconds)
    while (this.#engine.tick < due - maxTicksLate) this.#engine.advance(this.#late)
    for (let ticks = 0; this.#engine.tick < due && ticks < maxTicksAtOnce; ticks++) this.#engine.advance(this.#flows)
  }

  #settle(): void {
    this.#account.settle(this.#kernel.read(), Date.now())
  }

  #answer(request: ControlRequest): ControlReply {
    const { site } = this.#config
    if (request.command === 'stats') return { type: 'stats', stats: this.stats() }
    if (request.from !== undefined && request.from !== site) {
      throw new RangeError(`"from" must be ${site}, the site of this generator, got ${request.from}`)
    }
    this.#engine.surge(request)
    return { type: 'done' }
  }
}
