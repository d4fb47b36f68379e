/** Takes everything of lines from a router: whose agent is gone for good, or is to hold none any more. @module */
import { existsSync, rmSync } from 'node:fs'
import type { Prefix } from '@vagus/address'
import { runTool, segmentRulesOf } from '@vagus/linux'
import { steadyNow } from '../actuation.ts'
import { refuseSecondAgent } from '../control-server.ts'
import { LineKernel } from './line-kernel.ts'
import { lineFile } from './line-file.ts'
import { blockOf } from './locator.ts'
import { locatorTable, marks } from './marks.ts'
import { nothing } from './wanted.ts'

/**
 * Rules, routes, classes, addresses, the guard and the leases of lines of `block` are gone.
 * @param control path of the control socket of the agent
 * @throws {RangeError} where that agent runs: it would make them anew, {UnavailableError} with what the kernel said
 */
export async function clearLines(block: string, control: string): Promise<void> {
  const prefix = blockOf(block)
  await refuseSecondAgent(control)
  await remove(prefix, control)
}

/**
 * The same for an agent that is started without lines, and held some before: nobody else would end them. False where there
 * were none. @throws {UnavailableError} with what the kernel said
 */
export async function clearFormerLines(control: string): Promise<boolean> {
  if (!existsSync(lineFile(control))) return false
  const rules = segmentRulesOf(await runTool('ip', ['-N', '-j', '-6', 'rule', 'show']), marks.protocol)
  const block = rules.find(({ type, table }) => type === 'to' && table === locatorTable)
  // Without that rule the host was booted since: then only the file is left.
  if (block?.type === 'to') await remove(blockOf(block.to), control)
  else rmSync(lineFile(control), { force: true })
  return true
}

async function remove(block: Prefix, control: string): Promise<void> {
  const clock = { now: steadyNow, after: () => () => undefined }
  const kernel = new LineKernel({ block, capacities: new Map(), clock, report: () => undefined })
  rmSync(lineFile(control), { force: true })
  await kernel.bring(nothing)
  await kernel.sweep()
  await kernel.unguard()
}
