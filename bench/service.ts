/**
 * What a service by role is worth: calls over HTTP through side-cars, of an agent whose role has the service control, over a
 * link that others fill; against the same calls of an agent that does not mark, in the same run over the same link. Needs root.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Row } from '../scripts/bench.ts'
import type { Caller, Trips } from './service/inside.ts'

type Stretch = Readonly<Record<Caller, Trips>>

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  progress('side-cars in namespaces; 20 Mbit/s, with 30 Mbit/s of others beside the calls')
  const inside = resolve(import.meta.dirname, 'service/inside.ts')
  const words = ['-nm', process.execPath, '--disable-warning=ExperimentalWarning', inside]
  const { stdout } = await promisify(execFile)('unshare', words, { maxBuffer: 1 << 24 })
  const { idle, without, served, spoofed, counts } = JSON.parse(stdout) as Readonly<
    Record<'idle' | 'without' | 'served' | 'spoofed', Stretch>
  > & { readonly counts: { readonly foreign: number } }
  for (const [name, stretch] of Object.entries({ idle, without, served, spoofed }))
    for (const [caller, { p50, p99, failed }] of Object.entries(stretch))
      progress(`${name}: ${caller} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failed} failed`)
  const row = (claim: string, ours: number, peer: number, aim: string, note: string): Row => ({
    claim,
    unit: 'ms',
    ours,
    peer,
    ratio: peer / ours,
    aim,
    note,
  })
  return [
    row(
      'call of control over a full link, p50',
      served.planner.p50,
      served.plain.p50,
      '≥ 5',
      `${idle.planner.p50.toFixed(1)} ms on an idle link`,
    ),
    row(
      'the same, p99',
      served.planner.p99,
      served.plain.p99,
      '≥ 20',
      `${idle.planner.p99.toFixed(1)} ms on an idle link: what the processors take is in both`,
    ),
    row(
      'call of a role without a service, p50',
      served.clerk.p50,
      served.plain.p50,
      '≥ 5',
      'against one that does not mark',
    ),
    row(
      'call of control beside a stranger who marks the same, p50',
      spoofed.planner.p50,
      spoofed.plain.p50,
      '≥ 5',
      `${counts.foreign} packets lost a mark`,
    ),
    row('the same call without services at the router, p50', served.planner.p50, without.planner.p50, '≥ 5', ''),
  ]
}
