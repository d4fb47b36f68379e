/**
 * GRASP on real links in a namespace: how soon a discovery returns, and what a negotiation costs over the connection that it
 * needs. Takes some five seconds.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from '../scripts/bench.ts'
import { needs } from '../scripts/needs.ts'

interface Measured {
  /** Medians in milliseconds. */
  readonly discovery: number
  readonly relayed: number
  readonly negotiation: number
  readonly plain: number
}

export async function measure(): Promise<readonly Row[]> {
  const missing = needs('netns')
  if (missing !== false) throw new Error(missing)
  const inside = join(import.meta.dirname, 'grasp', 'inside.ts')
  const output = execFileSync('unshare', ['-Urnm', process.execPath, inside], { encoding: 'utf8' })
  const { discovery, relayed, negotiation, plain } = JSON.parse(output) as Measured
  return [
    {
      claim: 'discovery on one link returns with the first answer',
      unit: 'ms',
      ours: discovery,
      peer: null,
      ratio: null,
      aim: 'at most 1/100 of graspy',
      note: 'graspy returns when its timeout is over: 601 ms for the same question, measured by hand (docs/interop-grasp.md)',
    },
    {
      claim: 'discovery through one relay, the first attempt, against one link',
      unit: 'ms',
      ours: relayed,
      peer: discovery,
      ratio: discovery / relayed,
      aim: 'at most 3 times as long',
    },
    {
      claim: 'negotiation, from the call to the agreement, against a bare TCP exchange',
      unit: 'ms',
      ours: negotiation,
      peer: plain,
      ratio: plain / negotiation,
      aim: 'at most 3 times as long',
      note: `${Math.round(1000 / negotiation)} negotiations one after the other in a second; the peer connects, sends 20 octets, gets 10, and closes`,
    },
  ]
}
