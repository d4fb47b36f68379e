/** Join proxies on the links of a box (RFC 8995 §4.1.1), which tells the links that it is there, so that they answer at once. @module */
import { formatEndpoint } from '@vagus/address'
import { type DullLink, DullLinks } from '@vagus/asa'
import { agentCap, isLinkLocal } from '@vagus/grasp'
import { anProxy, joinFloods } from '@vagus/grasp/objectives'
import { steadyNow } from '../../actuation.ts'
import { placeOf } from '../heard-registrar.ts'

export interface HeardProxiesOptions {
  /** Names of interfaces, `*` for all. */
  readonly interfaces: readonly string[]
  readonly serial: string
  /** A place as `[fe80::1%eth0]:4443`, and how long it holds, in milliseconds; a millisecond or less: it is gone. */
  readonly onProxy: (place: string, ttlMs: number) => void
  readonly report: (line: string) => void
}

/** Milliseconds between two floods of a box while it hears no proxy, and when it does. */
const askMs = { alone: 5000, heard: joinFloods.everyMs } as const
const lookMs = 500

interface OpenLink extends DullLink {
  readonly tell: () => void
  toldAt: number
  heardAt: number
}

export class HeardProxies {
  readonly #options: HeardProxiesOptions
  readonly #links: DullLinks<OpenLink>
  readonly #timer: NodeJS.Timeout
  readonly #epoch = Date.now()
  #sequence = 0

  constructor(options: HeardProxiesOptions) {
    this.#options = options
    const { interfaces, report } = options
    this.#links = new DullLinks({
      interfaces,
      objectives: [anProxy.name, agentCap.name],
      begin: (link) => this.#begin(link),
      report,
    })
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  /** Names of interfaces in use. */
  get interfaces(): readonly string[] {
    return this.#links.interfaces
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#links.stop()
  }

  #begin(link: DullLink): OpenLink {
    const { serial, onProxy } = this.#options
    const agent = link.grasp.agent('pledge')
    agent.register(agentCap)
    const open: OpenLink = {
      ...link,
      tell: () => {
        const header = { node: serial, epoch: this.#epoch, sequence: this.#sequence++ }
        const cap = { header, agent: serial, skills: ['pledge'], protocols: ['brski'] }
        agent.flood(agentCap, cap, { ttlMs: joinFloods.ttlMs })
      },
      toldAt: -Infinity,
      heardAt: -Infinity,
    }
    void (async () => {
      for await (const { locator, expiresAt } of agent.watch(anProxy)) {
        const place = locator?.type === 'ipv6' && isLinkLocal(locator.address) ? placeOf(locator) : undefined
        if (place === undefined) continue
        open.heardAt = performance.now()
        onProxy(formatEndpoint({ ...place, address: `${place.address}%${link.name}` }), expiresAt - steadyNow())
      }
    })()
    return open
  }

  #look(): void {
    const now = performance.now()
    for (const link of this.#links.uses) {
      const isAlone = now > link.heardAt + joinFloods.ttlMs
      if (now < link.toldAt + (isAlone ? askMs.alone : askMs.heard)) continue
      if (this.#links.flood(link, link.tell)) link.toldAt = now
    }
  }
}
