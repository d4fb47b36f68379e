/** Takes over a new configuration while the controller runs, as far as that goes without a restart. @module */
import { operator } from '@vagus/api/actor'
import type { CollectorThread } from '../collector/collector-thread.ts'
import { collectorDomain } from '../collector/open-collector.ts'
import { type Core, newDomain } from '../core.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import type { OpenedSnmp } from '../snmp/open-snmp.ts'
import type { TelemetryHub } from '../telemetry/hub.ts'
import { checkSnmpSecrets } from './snmp-secrets.ts'
import { type ConfigChanges, changesOf, inUseAfter } from './changes.ts'
import type { LoadedConfig } from './load.ts'

export function reload(
  loaded: LoadedConfig,
  { state, control, tell, report }: Core,
  {
    collector,
    telemetry,
    own,
    snmp,
  }: {
    readonly collector: CollectorThread
    readonly telemetry: TelemetryHub | undefined
    readonly own: OwnAgent | undefined
    readonly snmp: OpenedSnmp
  },
): ConfigChanges {
  checkSnmpSecrets(loaded)
  const { config } = loaded
  const changes = changesOf(state.given, config)
  if (changes.changed.length > changes.restart.length) {
    const inUse = inUseAfter(state.given, config)
    state.setConfig(inUse, newDomain(control, state.withLearned(inUse)))
    collector.setDomain(collectorDomain(state))
    snmp.refresh()
  }
  const restart = changes.restart.length === 0 ? '' : `; ${changes.restart.join(', ')} only after a restart`
  const text = changes.changed.length === 0 ? 'nothing changed' : changes.changed.join(', ') + restart
  tell({ event: 'config.reloaded', subject: '', fields: { changes: text }, by: operator })
  if (changes.changed.includes('devices')) {
    own?.refresh()
    telemetry?.setDevices(config.devices).catch((error: unknown) => report(`telemetry: ${String(error)}`))
  }
  return changes
}
