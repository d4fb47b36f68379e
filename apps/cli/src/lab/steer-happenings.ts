/** What happened in a run of the scenario `steer`, a line each: proposal, agreement, relief, end, faults. @module */
import type { SteerReport } from '@vagus/lab'
import { countOf, rateText, unknown } from '../format.ts'

type Approval = NonNullable<SteerReport['approval']>
type Ending = NonNullable<SteerReport['ending']>
type Killed = NonNullable<SteerReport['killed']>
type Faults = NonNullable<SteerReport['faults']>

export function happenings(report: SteerReport): readonly string[] {
  const { proposal, firstProposal, static80After, approval, ending, faults, killed } = report
  const moves = proposal.moves.map(
    ({ prefix, bitsPerSecond, from, to }) => `${prefix} (${rateText(bitsPerSecond)}) ${from} → ${to}`,
  )
  const alarm = static80After === null ? 'never' : `after ${secondsText(static80After)}`
  return [
    `${firstProposal.id}: proposed ${secondsText(firstProposal.after)} after the surge; a fixed 80 % on the same readings: ${alarm}`,
    ...(firstProposal.id === proposal.id
      ? []
      : [`${proposal.id}: in its place, because other moves had become better`]),
    `moves: ${moves.join(', ')}`,
    `expected: ${proposal.expected.map((one) => expectedText(one, report)).join(', ')}`,
    ...(approval === null ? [outcomeText(report)] : approvalTexts(approval)),
    ...(ending === null ? [] : [endingText(ending)]),
    ...(faults === null ? [] : faultTexts(faults)),
    ...(killed === null ? [] : [killText(killed)]),
    toldText(report),
  ]
}

function approvalTexts({ by, agreed, relief, negotiations, leases }: Approval): readonly string[] {
  const { p50, max } = negotiations
  const count = countOf(negotiations.agreed + negotiations.failed, 'negotiation')
  const took = p50 === null || max === null ? '' : ` of ${secondsText(p50)} (median) to ${secondsText(max)}`
  const since =
    by === 'operator'
      ? 'from the start of "vagus proposal approve"'
      : 'after the proposal, by the controller itself; bounds.proven is 0, as a new lab has no record'
  const refused = negotiations.failed === 0 ? '' : `, ${negotiations.failed} of them without agreement`
  const set = leases.filter(({ med }) => med !== null)
  const byAnswer = Map.groupBy(set, ({ link, med }) => `MED ${med} on ${link}`)
  const answers = [...byAnswer].map(([what, own]) => `${what} for ${own.map(({ prefix }) => prefix).join(', ')}`)
  return [
    `agreed: ${secondsText(agreed)} ${since}; ${count}${took}${refused}`,
    `agents: ${answers.join('; ')}`,
    `relief: ${relief === null ? 'not reached' : secondsText(relief)}, from the same time on`,
  ]
}

function endingText({ how, because, command, routesAsBefore }: Ending): string {
  const reached = routesAsBefore === null ? 'not reached' : secondsText(routesAsBefore)
  if (how === 'undo')
    return `undo: the routes of before ${reached} from the start of "vagus proposal undo", which took ${secondsText(command ?? 0)}`
  const what = how === 'vagus' ? 'by the controller' : 'of the leases, by themselves'
  return `end ${what}: ${because ?? unknown}; the routes of before ${reached} later`
}

function faultTexts({ controller, device }: Faults): readonly string[] {
  const after = (milliseconds: number | null): string =>
    milliseconds === null ? 'not within two minutes' : `after ${secondsText(milliseconds)}`
  const kept = controller.routesKept ? 'had the approved routes' : 'did NOT have the approved routes'
  return [
    `controller: killed ${secondsText(controller.dead)} before the end of the leases; until then the neighbour ${kept}; they end in two steps, 15 s apart`,
    `agent of ${device.device}: killed while ${device.proposal} was in force; its own routes as before ${after(device.ownAsBefore)}, the controller noticed ${after(device.noticed)} (${device.because ?? unknown}), all routes as before ${after(device.routesAsBefore)}; events: ${device.events.join(', ') || 'none'}`,
  ]
}

function killText({ programs, routesAsBefore, probes }: Killed): string {
  const back = routesAsBefore === null ? 'NOT within half a minute' : `after ${secondsText(routesAsBefore)}`
  return `without surge, ${programs.join(', ')} killed at once: the routes of before ${back}; ${probes.lost} of ${probes.sent} echoes over the border lost`
}

/** By the neighbour's own routers. */
function toldText({ mode, updates, newPrefixes, newPlaces, routesAsBefore }: SteerReport): string {
  const { before, approved, undone } = updates
  const got =
    mode === 'observe'
      ? `${countOf(before + approved + undone, 'update')} in all`
      : `${countOf(before, 'update')} before the approval, ${approved} for it, ${undone} after it`
  const prefixes = countOf(newPrefixes.length, 'new prefix', 'new prefixes')
  const places = newPlaces.length === 0 ? '' : `, ${countOf(newPlaces.length, 'route')} where there was NONE`
  const end = `at the end its routes are ${routesAsBefore ? 'those' : 'NOT those'} of before`
  return `the neighbour got ${got}; ${prefixes}${places}; ${end}`
}

function expectedText(
  { link, before, after }: SteerReport['proposal']['expected'][number],
  { stretches }: SteerReport,
): string {
  const capacity = stretches.usual.links.find((one) => one.link === link)?.capacity
  return capacity === undefined
    ? `${link} ${unknown}`
    : `${link} ${percent(before / capacity)} → ${percent(after / capacity)} %`
}

/** What the controller makes of a proposal that nobody approved. */
function outcomeText({ proposal, stretches }: SteerReport): string {
  if (proposal.outcome === null) return 'with the moves: not known yet'
  const links = proposal.outcome.links.map(({ link, peak, otherPeak }) => {
    const capacity = stretches.usual.links.find((one) => one.link === link)?.capacity ?? Infinity
    return `${link} ${percent(otherPeak / capacity)} instead of ${percent(peak / capacity)} %`
  })
  return `with the moves the same traffic would have peaked, the controller reckons, at: ${links.join(', ')}`
}

export const percent = (share: number): string => (share * 100).toFixed(0)
/** Of milliseconds. */
const secondsText = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 1)} s`
