/** Joins addresses that move to the agent beside the router. Loaded only where it is used. @module */
import type { Speaker } from '@vagus/speaker'
import { readInterfaceCounters } from '@vagus/linux'
import { routerPeer, steadyNow } from '../actuation.ts'
import type { AgentParts } from '../agent-parts.ts'
import { bootClock } from '../boot-clock.ts'
import { interfaceAddresses } from '../inventory.ts'
import type { TellDeed } from '../record/device-record.ts'
import { besideControl } from '../state-file.ts'
import { AttachmentStore } from './attachment-store.ts'
import { MobileLinks } from './mobile-links.ts'
import type { MobilityOptions } from './mobile-options.ts'
import { Mobility } from './mobility.ts'

/** Routes of one question to the speaker. */
const page = 1000

interface Beside {
  readonly name: string
  /** Path of the control socket: attachments are in a file beside it. */
  readonly control: string
  readonly speaker: Speaker
  readonly bgpIdentifier: number
  readonly policy: () => AgentParts['policy']
  readonly isConnected: () => boolean
  readonly report: (line: string) => void
  readonly tell: TellDeed | undefined
}

export function openMobility(options: MobilityOptions, beside: Beside): Mobility {
  const { name, control, speaker, bgpIdentifier, policy, isConnected, report, tell } = beside
  const interfaces = {
    nameOf: (index: number) => readInterfaceCounters().find((one) => one.index === index)?.name ?? '',
    indexOf: (wanted: string) => readInterfaceCounters().find((one) => one.name === wanted)?.index,
  }
  const obstacle = (): string | undefined => {
    if (!isConnected()) return 'the router is away; try another edge, or later'
    const { state, missing } = policy()
    if (state === 'in-place' || state === 'unknown') return undefined
    const lack = missing.length === 1 ? missing[0]! : `${missing.length} lines are missing`
    return `the router's policy is ${state}: ${lack}; "vagus device policy ${name} --apply" installs what is missing`
  }
  const store = new AttachmentStore(besideControl(control, 'addresses.json'), bootClock(), interfaces)
  return new Mobility({
    name,
    options,
    speaker,
    peer: routerPeer,
    bgpIdentifier,
    obstacle,
    store,
    openLinks: (onDatagram) => new MobileLinks(options.links, onDatagram, report),
    addresses: interfaceAddresses,
    now: steadyNow,
    report,
    tell,
  })
}

/** What the router has told before there was anybody to tell it to: the session may have been there already. */
export async function hearOfAll(mobility: Mobility, { block }: MobilityOptions, speaker: Speaker): Promise<void> {
  const of = { table: 'adj-in', peer: routerPeer } as const
  const query = { of, family: 'ipv6-unicast', prefix: block, match: 'inside', limit: page } as const
  let next: number | undefined
  do {
    const routes = await speaker.routes({ ...query, ...(next !== undefined && { after: next }) })
    mobility.receive(routes.routes)
    next = routes.next
  } while (next !== undefined)
}
