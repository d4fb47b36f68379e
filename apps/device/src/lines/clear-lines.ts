/** Takes everything of lines from a router whose agent is gone for good. @module */
import { steadyNow } from '../actuation.ts'
import { refuseSecondAgent } from '../control-server.ts'
import { LineKernel } from './line-kernel.ts'
import { bootClock, lineFile, LineStore } from './line-store.ts'
import { blockOf } from './locator.ts'
import { nothing } from './wanted.ts'

/**
 * Rules, routes, classes, addresses, the guard and the leases of lines of `block` are gone.
 * @param control path of the control socket of the agent
 * @throws {RangeError} where that agent runs: it would make them anew, {UnavailableError} with what the kernel said
 */
export async function clearLines(block: string, control: string): Promise<void> {
  const prefix = blockOf(block)
  await refuseSecondAgent(control)
  const clock = { now: steadyNow, after: () => () => undefined }
  const kernel = new LineKernel({ block: prefix, capacities: new Map(), clock, report: () => undefined })
  new LineStore(lineFile(control), bootClock()).remove()
  await kernel.bring(nothing)
  await kernel.sweep()
  await kernel.unguard()
}
