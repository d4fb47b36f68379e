/**
 * What becomes of approvals when a program dies: the controller, which is away until the leases end by themselves, and the
 * agent beside a router, whose class ends with its session, and whose death makes the controller end the rest.
 * @module
 */
import { approvalSeconds } from '@vagus/api/steering'
import { LabError } from '../errors.ts'
import { faultOf } from '../fault.ts'
import { deviceName } from '../inside/programs.ts'
import { labFault } from '../outside/fault.ts'
import { type Played, slowestEnd, slowestProposal, type Stage, typed } from './acts.ts'
import type { FaultFigures } from './report.ts'
import { sameRoutes, type Told } from './routes.ts'

/** Seconds: the lease that is waited for is the shortest that the controller takes. */
const shortLease = approvalSeconds.least
const longLease = 1800
/** Milliseconds. */
const slowestReady = 120_000
/** Until the controller must have noticed that an agent is gone: it asks every half a minute, and waits for a while. */
const slowestNotice = 120_000
/** A prefix gets no MED twice within two minutes (Congestion.MED §5.2). */
const slowestAgreement = 180_000
const askAgainAfter = 5000
/** Before the end of a lease, routes are not looked at any more: a look takes some time. */
const margin = 2000

export async function withFaults(stage: Stage): Promise<Played> {
  const first = await withoutController(stage)
  const second = await approvedAgain(stage)
  const device = await withoutDevice(stage, second, 'dead')
  return { ...first.played, faults: { controller: first.controller, device } }
}

/** It is killed when the moves are in force, and started again when the leases have ended. */
async function withoutController(
  stage: Stage,
): Promise<{ readonly played: Played; readonly controller: FaultFigures['controller'] }> {
  const { scene, before } = stage
  const played = await typed({ ...stage, seconds: 0 }, shortLease)
  const { approval } = await scene.watch.proposal(played.id)
  const due = Date.parse(approval!.until)
  const killed = Date.now()
  if (due < killed + 2 * margin)
    throw new LabError(
      'failed',
      `there was no relief within the lease of ${shortLease} s; try again when this machine has less to do`,
    )
  await labFault(faultOf(['kill', 'controller']), scene.where)
  scene.news('the controller is killed')
  const routesKept = await scene.keeps(played.approved, due - margin)
  const back = await scene.routes(due - Date.now() + slowestEnd, (told) => sameRoutes(before, told))
  scene.news(back === null ? 'the leases did NOT end' : 'the leases have ended by themselves')
  await labFault(faultOf(['restart', 'controller']), scene.where)
  await scene.watch.ready(slowestReady)
  const end = await scene.watch.ended(played.id, slowestEnd)
  const routesAsBefore = back === null ? null : Math.max(0, back - due)
  const ending = { how: 'lease', because: end.because, command: null, routesAsBefore } as const
  return { played: { ...played, ending }, controller: { dead: due - killed, routesKept } }
}

/** The next proposal, as soon as the agents take it. Gives its id. */
async function approvedAgain({ scene }: Stage): Promise<string> {
  for (const deadline = Date.now() + slowestAgreement; ; await scene.watch.look(askAgainAfter)) {
    const { proposal } = await scene.watch.proposed(slowestProposal)
    try {
      await scene.approve(proposal.id, longLease)
      return proposal.id
    } catch (error) {
      if (!(error instanceof LabError) || Date.now() > deadline) throw error
    }
  }
}

/** `proposal`: in force. `fate` of the agent: whether it is started again at once, as a service manager would. */
export async function withoutDevice(
  { scene, before }: Stage,
  proposal: string,
  fate: 'dead' | 'restarted',
): Promise<FaultFigures['device']> {
  const { watch } = scene
  const { approval } = await watch.proposal(proposal)
  const lease = approval!.leases.find(({ med }) => med !== null)!
  const { device } = lease
  const since = await watch.lastEvent()
  const killed = Date.now()
  await labFault(faultOf(['kill', deviceName(device)]), scene.where)
  scene.news(`the agent of ${device} is killed`)
  const restart = () => labFault(faultOf(['restart', deviceName(device)]), scene.where)
  if (fate === 'restarted') await restart()
  const after = (at: number | null): number | null => (at === null ? null : at - killed)
  const own = scene.addressesAt(device)
  const ownAsBefore = after(await scene.routes(slowestNotice, (told) => sameRoutes(at(before, own), at(told, own))))
  const end = await watch.ended(proposal, slowestNotice).catch(() => undefined)
  const noticed = end?.endedAt ? Date.parse(end.endedAt) - killed : null
  const routesAsBefore = after(await scene.routes(slowestEnd, (told) => sameRoutes(before, told)))
  if (end !== undefined) scene.news(`${proposal} has ended: ${end.because}`)
  if (fate === 'dead') await restart()
  const events = await watch.eventsSince(since)
  const because = end?.because ?? null
  return { device, proposal, ownAsBefore, noticed, routesAsBefore, because, events: events.map(({ event }) => event) }
}

/** What came over the sessions with these addresses of ours. */
const at = (told: Told, addresses: ReadonlySet<string>): Told => ({
  ...told,
  routes: told.routes.filter(({ from }) => addresses.has(from)),
})
