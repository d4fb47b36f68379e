/** A border of three links, proposals for it, and a desk that approves them with devices in virtual time. */
import { configSchema } from '@vagus/api'
import type { Proposal } from '@vagus/api/steering'
import { classMeds } from '@vagus/bgp/actuation'
import { createDirectory } from '../../../src/domain/directory.ts'
import type { EventDraft } from '../../../src/events/event-draft.ts'
import { ApprovalDesk } from '../../../src/steering/approval/approval-desk.ts'
import { LeaseBook } from '../../../src/steering/approval/lease-book.ts'
import { BorderWatch } from '../../../src/steering/border-watch.ts'
import { bordersOf } from '../../../src/steering/borders.ts'
import { ProposalList } from '../../../src/steering/proposal-list.ts'
import { MemoryKeeper } from '../../support/memory-keeper.ts'
import { borderConfig } from '../border-config.ts'
import { proposal } from '../proposal.ts'
import { FakeDevices } from './fake-devices.ts'

const idOf = (digit: number): string => `did:key:z6Mk${String(digit).repeat(44)}`

/** pe-3 and tr-3 beside the two of `borderConfig`. */
export function threeLinks() {
  const { devices, links, ...config } = borderConfig()
  const third = { ...devices[0]!, name: 'pe-3', address: '192.0.2.3' }
  return configSchema.parse({
    ...config,
    devices: [...devices, third].map((device, at) => ({ ...device, id: idOf(at + 1) })),
    links: [...links, { ...links[0]!, name: 'tr-3', a: { node: 'pe-3', interface: 'eth0' } }],
  })
}

export const borderOfThree = () => bordersOf(createDirectory(threeLinks()))[0]!

const prefix = '10.1.0.0/16'
const at = (digit: number, number: number | null): Proposal['classes'][number] => {
  return { prefix, device: `pe-${digit}`, interface: 'eth0', link: `tr-${digit}`, class: number }
}
/** The prefix from tr-1 to tr-2, and then from there to tr-3. */
export const first = proposal({ classes: [at(1, 4), at(3, 4)] })
export const second = proposal({
  id: 'transit-2',
  moves: [{ prefix, bitsPerSecond: 40e6, from: 'tr-2', to: 'tr-3' }],
  classes: [at(1, 4), at(2, 4), at(3, null)],
})

export class Scene {
  now = Date.parse('2026-11-26T03:00:00Z')
  /** By how much the controller's clock is ahead of that of the devices, milliseconds. */
  ahead = 0
  readonly keeper = new MemoryKeeper()
  readonly devices = new FakeDevices(() => this.now)
  readonly told: EventDraft[] = []
  readonly reported: string[] = []
  proposals: ProposalList
  book: LeaseBook
  desk: ApprovalDesk
  #plans = 0

  constructor(proposals: readonly Proposal[] = [first, second]) {
    for (const one of proposals) this.keeper.proposals.set(one.id, one)
    this.proposals = new ProposalList(this.keeper.proposalKeeper)
    this.book = new LeaseBook(this.keeper)
    this.desk = this.#begin()
  }

  /** Kill -9, and another start. */
  crash(): void {
    this.devices.kill()
    this.proposals = new ProposalList(this.keeper.proposalKeeper)
    this.book = new LeaseBook(this.keeper)
    this.desk = this.#begin()
  }

  /** So many seconds, with a step in each. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.now += 1000
      await this.desk.step()
    }
  }

  approve(id = 'transit-1', run: 'dry' | 'live' = 'live', seconds = 600) {
    return this.desk.approve(id, { seconds, by: 'operator', run })
  }

  undo(id = 'transit-1') {
    return this.desk.end(id, { by: 'operator', because: 'the operator ended it' })
  }

  #begin(): ApprovalDesk {
    const watch = new BorderWatch(
      borderOfThree(),
      { step: 60_000, horizon: 5 },
      { firstNumber: 1, snapshot: undefined },
    )
    const { asker } = this.devices
    return new ApprovalDesk({
      asker: () => asker,
      watchOf: () => watch,
      proposals: this.proposals,
      book: this.book,
      meds: classMeds,
      newPlan: () => (this.#plans++).toString(16).padStart(32, '0'),
      tell: (draft) => void this.told.push(draft),
      report: (line) => void this.reported.push(line),
      now: () => this.now + this.ahead,
    })
  }
}
