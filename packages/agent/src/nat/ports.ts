/** What the search for direct paths uses of its agent. @module */
import { scopeOf } from '@vagus/address'
import type { AgentId } from '@vagus/identity'
import type { RouteReceiver } from '@vagus/transport'
import type { Finder } from '../dial/finder.ts'
import type { LocalAddresses } from '../dial/local-addresses.ts'
import type { Link } from '../link/link.ts'
import type { RelayClient } from '../relay/relay-client.ts'
import { parseRelayAddress, relayText } from '../relay/relay-message.ts'
import type { NatObserver } from './gathering.ts'
import { addressOf } from './place.ts'
import type { PuncherHost } from './puncher.ts'

/** Families in which others are met; interfaces with a default route come first. */
const families = [4, 6] as const

export function natPorts(
  receiver: RouteReceiver & { readonly id: AgentId },
  local: Pick<LocalAddresses, 'sources'>,
  relays: Pick<RelayClient, 'connections' | 'addresses'>,
  finder: Pick<Finder, 'targetOf'>,
): PuncherHost {
  return {
    id: receiver.id,
    receiver,
    observers(link) {
      const trusted = new Set(relays.addresses().map((text) => parseRelayAddress(text)?.relay))
      const between = new Set(link.routes.routes().map(({ local }) => local))
      return [...relays.connections()].flatMap((connection): readonly NatObserver[] => {
        const observer = connection as Link // sound: an agent has no other connections
        if (!observer.isUp) return []
        const { id } = observer.peer.identity
        if (!trusted.has(id) && !between.has(relayText(id))) return []
        const udp = finder.targetOf(observer).candidates.direct.filter(({ kind }) => kind === 'udp')
        return [{ link: observer, addresses: udp.map(addressOf).filter(({ host }) => scopeOf(host) !== 'nowhere') }]
      })
    },
    isTriedDirectly: (link) => finder.targetOf(link).candidates.direct.some(({ kind }) => kind === 'udp'),
    hosts: () => families.flatMap((family) => local.sources.find((each) => each.family === family)?.address ?? []),
  }
}
