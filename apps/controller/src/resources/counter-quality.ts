/** What is wrong with interface counters that are asked for by SNMP, each with what mends it. Pure. @module */
import type { Quality } from '@vagus/api'
import type { DeviceCounters } from '@vagus/api/counters'

const warning = (subject: string, problem: string, fix: string): Quality => ({
  severity: 'warning',
  kind: 'other',
  subject,
  problem,
  fix,
})

/** Of a device whose counters nobody tells. @param address in the form that the collector uses */
export function noCounters(device: string, address: string): Quality {
  const fix = `vagus.yaml: devices[].snmp of ${device}: {} (vagus cheat snmp), or beside it: vagus device --name ${device} --agent ${address} --collector ADDRESS:PORT`
  return warning(device, 'sends no interface counters: its coverage is not known', fix)
}

export function counterItems(counters: readonly DeviceCounters[]): readonly Quality[] {
  return counters.flatMap(({ device, snmp }) => {
    if (snmp === undefined) return []
    const { state, problem, missing, moved, tooFast } = snmp
    if (state === 'unreachable')
      return [
        warning(device, `does not tell its counters by SNMP: ${problem}`, 'the lines for routers: vagus cheat snmp'),
      ]
    return [
      ...(missing.length === 0
        ? []
        : [
            warning(
              device,
              `has no interface ${named(missing)}`,
              `the names that it has: vagus device interfaces ${device}`,
            ),
          ]),
      ...moved.map(({ name, configured, index }) =>
        warning(
          device,
          `its interface ${name} has index ${index}, not ${configured}: flows are put down to another`,
          `vagus.yaml: devices[].interfaces of ${device}: { name: ${name} } without index, which SNMP tells`,
        ),
      ),
      ...(tooFast.length === 0
        ? []
        : [
            warning(
              device,
              `counters of ${named(tooFast)} have 32 bits and wrap more than once in ${snmp.everySeconds} s`,
              'a lower snmp.every, or its sFlow',
            ),
          ]),
    ]
  })
}

/** Names that a line takes. */
const maxNamed = 5

const named = (names: readonly string[]): string =>
  names.slice(0, maxNamed).join(', ') + (names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '')
