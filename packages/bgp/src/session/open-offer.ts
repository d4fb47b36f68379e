/** The OPEN that we send (RFC 4271 §4.2): what the configuration offers, as capabilities. @module */
import { familyKey } from '../family.ts'
import type { Capability } from '../message/capability.ts'
import type { Open } from '../message/open.ts'
import { asTrans, forwardingPreserved, gracefulRestartFlag } from '../registry.ts'
import type { SessionConfig } from './config.ts'

export function openOf(config: SessionConfig): Open {
  return {
    type: 'open',
    version: 4,
    myAs: config.localAs > 0xffff ? asTrans : config.localAs,
    holdTime: config.holdTime,
    bgpIdentifier: config.bgpIdentifier,
    capabilities: capabilitiesOf(config),
  }
}

function capabilitiesOf(config: SessionConfig): readonly Capability[] {
  const { families, addPath = [], role, gracefulRestart } = config
  return [
    ...families.map(({ afi, safi }) => ({ type: 'multiprotocol', afi, safi }) as const),
    { type: 'route-refresh' },
    { type: 'enhanced-route-refresh' },
    { type: 'four-octet-as', as: config.localAs },
    ...(config.extendedMessages === 'off' ? [] : [{ type: 'extended-message' } as const]),
    ...(role === undefined ? [] : [{ type: 'role', role } as const]),
    ...(addPath.length === 0 ? [] : [{ type: 'add-path', families: addPath } as const]),
    ...(gracefulRestart === undefined ? [] : [restartCapability(config, gracefulRestart)]),
    ...(config.capabilities ?? []),
  ]
}

/** Every family is named: we keep no forwarding state that could be lost but our routes (RFC 4724 §3). */
function restartCapability(
  config: SessionConfig,
  { restartTime, notification }: NonNullable<SessionConfig['gracefulRestart']>,
): Capability {
  const restarting = config.restarted === 'yes' ? gracefulRestartFlag.restarting : 0
  const flags = restarting | (notification === 'off' ? 0 : gracefulRestartFlag.notification)
  const unique = new Map(config.families.map((family) => [familyKey(family), family]))
  const families = [...unique.values()].map(({ afi, safi }) => ({ afi, safi, flags: forwardingPreserved }))
  return { type: 'graceful-restart', flags, restartTime, families }
}
