/** The device as an autonomic agent: tells its links what it is, so that controllers and other devices find it. @module */
import { Neighbourhood } from '@vagus/asa'

export interface AutonomicOptions {
  /** Name of the device. */
  readonly name: string
  /** Interfaces to be found on, `*` for all. */
  readonly interfaces: readonly string[]
  readonly report?: (line: string) => void
}

/** Runs until `signal` aborts. */
export function runAutonomic({ name, interfaces, report }: AutonomicOptions, signal: AbortSignal): void {
  const neighbourhood = new Neighbourhood({
    self: { agent: name, skills: ['link-counters'], protocols: ['grasp'] },
    interfaces,
    ...(report === undefined ? {} : { report }),
  })
  signal.addEventListener('abort', () => void neighbourhood.stop(), { once: true })
}
