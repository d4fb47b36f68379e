/** A line that an agent of a site orders by itself, through its side-car. @module */
import { resolve } from 'node:path'
import type { LineRequest } from '@vagus/api/lines'
import { sidecarPort } from '../spec.ts'
import type { LabReference } from '../lab.ts'
import { networkMember } from '../spec.ts'
import { output } from './programs.ts'

/** What its program prints. */
export interface AgentOrdered {
  readonly id: string
  /** From the order to the answer that the line is active, or has failed. */
  readonly milliseconds: number
  readonly isActive: boolean
}

const program = resolve(import.meta.dirname, 'planner/main.ts')

/** Rejects when its program does not end well. */
export async function agentOrder(where: LabReference, agent: string, wish: LineRequest): Promise<AgentOrdered> {
  const url = `http://127.0.0.1:${sidecarPort}/agents/${networkMember}/mcp`
  return JSON.parse(await output(where, agent, [process.execPath, program, url, JSON.stringify(wish)])) as AgentOrdered
}
