/** What is done about a full border link, by mode: nothing, the operator's commands, or what the controller does itself. @module */
import type { ProposalResource } from '@vagus/api/steering'
import { LabError } from '../errors.ts'
import type { ApprovalFigures, EndingFigures, FaultFigures, KillFigures } from './report.ts'
import { sameRoutes, type Told } from './routes.ts'
import type { Scene } from './scene.ts'

/** Milliseconds: counters and flows come every few seconds, and a step of the controller takes ten. */
export const slowestProposal = 180_000
/** Until routes of before must be back after an end. */
export const slowestEnd = 30_000
/** Seconds: the longest run is shorter. */
export const wholeRun = 3600

/** Of a mode in which nothing else happens. */
const noMore = { ending: null, faults: null, killed: null } as const

/** A surge that has been proposed about. */
export interface Stage {
  readonly scene: Scene
  /** The neighbour's routes of before. */
  readonly before: Told
  readonly proposal: ProposalResource
  /** Seconds of the stretch after the action, at least. */
  readonly seconds: number
}

/** Milliseconds since 1970. */
export interface Played {
  /** The proposal that was acted on. */
  readonly id: string
  /** Begin of the action, when it was done, and the end of the stretch behind it. */
  readonly acting: number
  readonly acted: number
  readonly measured: number
  /** While the approval was in force. */
  readonly approved: Told
  readonly approval: ApprovalFigures | null
  readonly ending: EndingFigures | null
  readonly faults: FaultFigures | null
  readonly killed: KillFigures | null
  /** As its controller had it last; absent: that can be asked still. */
  readonly proposal?: ProposalResource
}

export async function observed({ scene, proposal, seconds }: Stage): Promise<Played> {
  const acting = Date.now()
  await scene.watch.look(seconds * 1000)
  const nothing = { approval: null, ...noMore }
  return { id: proposal.id, acting, acted: acting, measured: Date.now(), approved: await scene.told(), ...nothing }
}

/** Approved and undone by the commands that an operator would type. */
export async function approved(stage: Stage): Promise<Played> {
  const { scene, before } = stage
  const inForce = await typed(stage, wholeRun)
  const began = Date.now()
  await scene.undo(inForce.id)
  const command = Date.now() - began
  const back = await scene.routes(slowestEnd, (told) => sameRoutes(before, told))
  const { approval } = await scene.watch.proposal(inForce.id)
  const routesAsBefore = back === null ? null : back - began
  return { ...inForce, ending: { how: 'undo', because: approval?.because ?? null, command, routesAsBefore } }
}

/** Approved by the command, with the stretch behind it. `lasting`: seconds. */
export async function typed({ scene, proposal, seconds }: Stage, lasting: number): Promise<Played> {
  const acting = Date.now()
  const { leases } = await scene.approve(proposal.id, lasting)
  const acted = Date.now()
  const negotiations = await scene.watch.negotiations()
  await scene.watch.look(seconds * 1000)
  const relief = await scene.relief(acting)
  const approval = { by: 'operator', agreed: acted - acting, relief, negotiations, leases } as const
  const told = await scene.told()
  return { id: proposal.id, acting, acted, measured: Date.now(), approved: told, approval, ...noMore }
}

/** Nobody types anything: the controller acts, the surge ends, and what it set ends with its lease or before. */
export async function byItself(stage: Stage): Promise<Played> {
  const { scene, before } = stage
  const inForce = await actedByItself(stage)
  await scene.calm()
  const { approval } = await scene.watch.proposal(inForce.id)
  const due = Date.parse(approval!.until)
  const end = await scene.watch.ended(inForce.id, due - Date.now() + slowestEnd)
  const ended = Math.min(due, Date.parse(end.endedAt ?? end.until))
  const back = await scene.routes(slowestEnd, (told) => sameRoutes(before, told))
  scene.news(`${inForce.id} has ended: ${end.because}`)
  const how = end.endedBy === 'vagus' ? 'vagus' : 'lease'
  const routesAsBefore = back === null ? null : Math.max(0, back - ended)
  return { ...inForce, ending: { how, because: end.because, command: null, routesAsBefore } }
}

/** Waits until the controller has approved a proposal by itself, with the stretch behind it. */
export async function actedByItself({ scene, seconds }: Stage): Promise<Played> {
  const { watch } = scene
  const { id, openedAt, approval: made } = await watch.inForce(slowestProposal)
  const { by, at, leases } = made!
  if (by !== 'vagus') throw new LabError('failed', `${id} was approved by the ${by}`)
  scene.news(`the controller has approved ${id} by itself`)
  const [acting, acted] = [Date.parse(openedAt), Date.parse(at)]
  const negotiations = await watch.negotiations()
  await watch.look(seconds * 1000)
  const relief = await scene.relief(acting)
  const approval = { by, agreed: acted - acting, relief, negotiations, leases }
  const told = await scene.told()
  return { id, acting, acted, measured: Date.now(), approved: told, approval, ...noMore }
}
