/** Errors and discarded packets of interfaces in a step, by their counters. @module */
import type { InterfaceCounters } from '@vagus/flow'
import type { DomainState } from '../domain-state.ts'

/** In a step, as the mean since the counters before; null where counters do not tell, or began anew. */
export interface InterfaceFaults {
  readonly device: string
  readonly name: string
  /** The link that ends there. */
  readonly link: string | undefined
  readonly errors: number | null
  readonly discards: number | null
}

const twoTo32 = 2 ** 32
const counters = ['inErrors', 'outErrors', 'inDiscards', 'outDiscards'] as const

export class FaultCounters {
  #before = new Map<string, InterfaceCounters>()

  /** Of the interfaces of the configuration, since the last call. */
  step(
    { config, directory, measurements }: Pick<DomainState, 'config' | 'directory' | 'measurements'>,
    stepMs: number,
  ): readonly InterfaceFaults[] {
    const linkAt = new Map<string, string>(
      config.links.flatMap(({ name, a, z }) =>
        [a, z].map((end) => [`${end.node} ${end.interface ?? ''}`, name] as const),
      ),
    )
    const latest = new Map<string, InterfaceCounters>()
    const faults = config.devices.flatMap((device) =>
      device.interfaces.map(({ name, index }): InterfaceFaults => {
        const key = `${device.name} ${name}`
        const sample = measurements.counters.latest(measurements.numberAt(directory.addressOf(device)), index)
        if (sample !== undefined) latest.set(key, sample)
        const climbs = climbsOf(this.#before.get(key), sample, stepMs)
        return {
          device: device.name,
          name,
          link: linkAt.get(key),
          errors: climbs && climbs.inErrors + climbs.outErrors,
          discards: climbs && climbs.inDiscards + climbs.outDiscards,
        }
      }),
    )
    this.#before = latest
    return faults
  }
}

/** Null without two samples, and where any counter fell other than by wrapping at 2^32. */
function climbsOf(
  before: InterfaceCounters | undefined,
  now: InterfaceCounters | undefined,
  stepMs: number,
): Record<(typeof counters)[number], number> | null {
  if (before === undefined || now === undefined || now.at <= before.at || now.uptimeMs < before.uptimeMs) return null
  // After a gap it is the climb of all the time in between, which is not that of one step.
  const part = stepMs / (now.at - before.at)
  const climbs = { inErrors: 0, outErrors: 0, inDiscards: 0, outDiscards: 0 }
  for (const counter of counters) {
    const climb = now[counter] - before[counter]
    const whole = climb >= 0 ? climb : climb + twoTo32
    if (whole > twoTo32 / 2) return null
    climbs[counter] = Math.round(whole * part)
  }
  return climbs
}
