/** The device as an autonomic agent: tells its links what it is, so that controllers and other devices find it. @module */
import { Neighbourhood, readInterfaces } from '@vagus/asa'

export interface AutonomicOptions {
  /** Name of the device. */
  readonly name: string
  /** Interfaces to be found on, `*` for all. */
  readonly interfaces: readonly string[]
  /** What it does, for those who hear of it. */
  readonly skills: readonly string[]
  readonly report?: (line: string) => void
}

/** Runs until `signal` aborts. An interface that is not there yet is waited for, and said. */
export function runAutonomic({ name, interfaces, skills, report }: AutonomicOptions, signal: AbortSignal): void {
  const usable = readInterfaces()
  for (const one of interfaces) {
    if (one === '*' || usable.has(one)) continue
    const others = [...usable.keys()].join(', ') || 'none'
    report?.(
      `${name}: waits for interface "${one}", which is not up with a link-local IPv6 address; those that are: ${others}`,
    )
  }
  const neighbourhood = new Neighbourhood({
    self: { agent: name, skills, protocols: ['grasp'] },
    interfaces,
    ...(report === undefined ? {} : { report }),
  })
  signal.addEventListener('abort', () => void neighbourhood.stop(), { once: true })
}
