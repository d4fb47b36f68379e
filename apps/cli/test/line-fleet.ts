/** A fleet whose controller lays lines: the controller as a process, the agents of four routers here, side-cars of members. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lookup } from '@vagus/agent'
import type { AgentResource, ConfigInput } from '@vagus/api'
import type { LineQuote, LineResource } from '@vagus/api/lines'
import type { Member } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { newSeeds } from '../../../packages/agent/test/identities.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { diamond } from '../../controller/test/lines/diamond.ts'
import { LineResponder } from '../../controller/test/support/line-responder.ts'
import { idOfSeeds } from '../../controller/test/support/med-responder.ts'
import { agentsAt } from '../../sidecar/test/fleet.ts'
import { type Started, started, vagus } from '../../sidecar/test/started.ts'

const kind = { role: 'agent', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
const routerNames = ['r1', 'r2', 'r3', 'r4']

export interface LineFleetOptions {
  /** Beside the controller, which is `network`: names with their roles. */
  readonly members: Readonly<Record<string, readonly string[]>>
  readonly policies: string
  /** What agents may order. */
  readonly bounds: NonNullable<NonNullable<ConfigInput['lines']>['agents']>
  readonly more?: Partial<ConfigInput>
  /** Of the controller and of side-cars, beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>
}

export class LineFleet {
  readonly folder = mkdtempSync(join(tmpdir(), 'vagus-line-fleet-'))
  readonly members: readonly Member[]
  readonly owner: string
  readonly #policies: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #sides = new Map<string, Started>()
  routers: readonly LineResponder[] = []
  base: string | undefined
  controller!: Started

  private constructor({ members, policies, bounds, more = {}, environment = {} }: LineFleetOptions) {
    this.#environment = environment
    this.#policies = policies
    this.owner = this.#idOf('acme', 'hq')
    this.members = [
      { id: this.#idOf('network', 'controller'), name: 'network', roles: ['network'] },
      ...Object.entries(members).map(([name, roles]) => ({ id: this.#idOf(name, 'agents'), name, roles: [...roles] })),
    ]
    const seeds = routerNames.map((name) => newSeeds(name))
    const { agent, lines, devices, sites, links } = diamond(seeds.map(idOfSeeds))
    const config = {
      agent,
      lines: { ...lines, agents: bounds },
      access: { owners: [{ name: 'acme', id: this.owner }] },
      fleet: { owner: 'acme', listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'] },
      devices: devices.map((device, at) => ({ ...device, sources: [`127.0.0.${11 + at}`] })),
      sites,
      links,
      ...more,
    }
    writeFileSync(join(this.folder, 'vagus.yaml'), JSON.stringify(config))
    mkdirSync(this.#home, { recursive: true })
    this.#seeds = seeds
  }

  readonly #seeds: ReturnType<typeof newSeeds>[]

  static async open(options: LineFleetOptions): Promise<LineFleet> {
    const fleet = new LineFleet(options)
    await fleet.startController()
    await fleet.publish(fleet.members)
    await fleet.startRouters()
    return fleet
  }

  /** Anew, with nothing held: an agent that sits still notices late that the controller was killed. */
  async startRouters(): Promise<void> {
    await Promise.all(this.routers.map((router) => router.close()))
    const own = await this.json<AgentResource>('/v1/agents/controller')
    const lookup: Lookup = {
      find: async (name) => {
        const { document } = await this.json<AgentResource>(`/v1/agents/${encodeURIComponent(name)}`)
        return [{ document }]
      },
    }
    this.routers = await Promise.all(
      this.#seeds.map((seeds, at) => LineResponder.open({ name: routerNames[at]!, steeredBy: own.id, lookup, seeds })),
    )
    await eventually('all agents of routers are connected', () => this.areConnected())
  }

  /** Also after it was killed: at the same address. */
  async startController(): Promise<void> {
    const words = ['controller', '-c', join(this.folder, 'vagus.yaml'), '--home', this.#home]
    const listen = this.base === undefined ? '127.0.0.1:0' : new URL(this.base).host
    const all = [vagus, ...words, '--flow.listen', '127.0.0.1:0', '--listen', listen]
    this.controller = started(process.execPath, all, this.#environment)
    const [, url] = await this.controller.says(/API and console: (http:\S+)/)
    this.base = url!
  }

  async killController(): Promise<void> {
    this.controller.child.kill('SIGKILL')
    await this.controller.exit
  }

  async json<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.base!}${path}`, init)
    assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`)
    return (await response.json()) as Answer
  }

  get asOperator(): { readonly authorization: string } {
    return { authorization: `Bearer ${readFileSync(join(this.#home, 'operator.key'), 'utf8')}` }
  }

  lineOf(id: string): Promise<LineResource> {
    return this.json(`/v1/lines/${id}`)
  }

  async areConnected(): Promise<boolean> {
    const body = JSON.stringify({ from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' })
    const { considered } = await this.json<LineQuote>('/v1/line-quotes', { method: 'POST', body })
    return considered.length === 2 && considered.every(({ problem }) => problem === null)
  }

  publish(members: readonly Member[]): Promise<unknown> {
    const { jws } = this.#keyringAt('hq').signRoster('acme', () => ({ members, policies: this.#policies }), Date.now())
    return this.json(`/v1/rosters/${this.owner}`, {
      method: 'PUT',
      body: jws,
      headers: { 'content-type': 'application/jose' },
    })
  }

  /** Starts the side-car of a member, which is where that address is. @param more further words of `vagus run` */
  async join(name: string, address: string, more: readonly string[] = []): Promise<void> {
    const words = ['--roster', this.owner, '--reached-at', `udp://${address}:7601`, '--controller', this.base!]
    const side = started(process.execPath, [vagus, 'run', '--name', name, ...words, ...more], {
      ...this.#environment,
      VAGUS_HOME: join(this.folder, 'agents'),
    })
    this.#sides.set(name, side)
    await side.says(/calls others at/)
  }

  /** Where the member calls others: below it are their names. */
  agentsOf(name: string): string {
    return agentsAt(this.#sides.get(name)!)
  }

  async close(): Promise<void> {
    const programs = [this.controller, ...this.#sides.values()]
    for (const { child } of programs) child.kill('SIGKILL')
    await Promise.all(programs.map(({ exit }) => exit))
    await Promise.all(this.routers.map((router) => router.close()))
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #home(): string {
    return join(this.folder, 'controller')
  }

  #keyringAt(home: string): Keyring {
    return new Keyring(join(this.folder, home, 'agents'))
  }

  #idOf(name: string, home: string): string {
    return this.#keyringAt(home).create(name, kind, Date.now()).identity.id
  }
}
