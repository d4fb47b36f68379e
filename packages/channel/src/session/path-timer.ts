/**
 * The timers of a path. An acknowledgement later than its patience (`rtt.ts`) makes the path suspect if there is another
 * one, after a probe at three quarters of that time. The only path is tried several times first (RFC 9002 §6.2).
 * @module
 */
import { tolerantClasses } from './class-set.ts'
import { type Core, radioOf } from './core.ts'
import { findLost } from './loss-detection.ts'
import { heldUntil } from './path-choice.ts'
import type { Path } from './path.ts'
import { maxProbeInterval, probeInterval } from './probing.ts'

/** Share of the patience after which a probe is sent, and for which a path must have been silent to become suspect. */
const probeShare = 0.75
/**
 * Consecutive timeouts after which the only path is suspect too; and unanswered probes after which a suspect path
 * counts as dead. It is still probed, less and less often.
 */
const deadAfter = 4
/** Milliseconds between probes of unused paths, while the session is busy and while it is idle. */
const keepAliveBusy = 2_000
const keepAliveIdle = 20_000
const busyFor = 10_000
/** Milliseconds after which a working path counts as stable again. */
const forgive = 60_000
/** Consecutive timeouts after which the congestion window is reset (RFC 9002 §7.6). */
const collapseAfter = 3
const maxDoublings = 6
/** Consecutive timeouts after which even data on a reliable path is sent again: a relay may have dropped it. */
const doubtAfter = 3

/** The earliest time at which `tickPath` or `transmit` has something to do. */
export function pathDeadline(core: Core, path: Path): number {
  const { oldest } = path.ledger
  const isAlive = path.state === 'alive'
  return Math.min(
    path.lossAt,
    path.probeAt,
    path.rebinding === undefined ? Infinity : rebindingAt(path),
    oldest !== undefined && isAlive ? silenceAt(core, path, oldest.at) : Infinity,
    path.isBlocked
      ? Infinity
      : Math.min(path.validation.dueAt, path.readyAt, path.holding?.until ?? Infinity, ackAt(core, path)),
    isAlive && !path.isBlocked ? keepAliveAt(core, path) : Infinity,
    path === core.paths.primary ? core.paths.settlesAt : Infinity,
  )
}

/** An acknowledgement that no path can carry does not count. */
function ackAt({ paths }: Core, path: Path): number {
  const carrier = path.state === 'alive' ? path : paths.primary
  return carrier === undefined || carrier.isBlocked ? Infinity : path.acks.dueAt
}

/** Does what is due. */
export function tickPath(core: Core, path: Path, now: number): void {
  if (path.validation.isGivenUp(now) && path.state === 'validating') {
    // No one answers there. The peer is notified, so that it does not wait for this path.
    core.paths.turn(path, 'dead', now)
    core.paths.close(path, 'here', now)
    return
  }
  if (path === core.paths.primary && core.paths.settlesAt <= now) core.paths.settle(now)
  if (path.lossAt <= now) findLost(core, path, now)
  if (path.rebinding !== undefined) tickRebinding(core, path, now)
  if (path.state === 'suspect' || path.state === 'dead') {
    probeAgain(core, path, now)
    return
  }
  if (path.state !== 'alive') return
  if (path.flaps > 0 && now - path.suspectedAt > forgive) path.flaps = 0
  if (heldUntil(path) <= now) core.paths.choose(now)
  if (keepAliveAt(core, path) <= now) path.mustProbe = true
  const { oldest } = path.ledger
  if (oldest !== undefined && silenceAt(core, path, oldest.at) <= now) silent(core, path, oldest.at, now)
  path.ledger.forgetBefore(now - 10 * path.rtt.patience)
}

function hasOther(core: Core, path: Path): boolean {
  for (const other of core.paths.all) {
    if (other !== path && other.state === 'alive' && !other.leaving) return true
  }
  return false
}

/**
 * When the silence after a packet sent at `since` requires action. Later packets do not postpone it, unlike in RFC 9002
 * §6.2.1: a program that writes all the time would never find out.
 */
function silenceAt(core: Core, path: Path, since: number): number {
  const { patience } = path.rtt
  if (!hasOther(core, path)) {
    const from = Math.max(since, path.answeredAt, path.triedAt)
    return from + patience * (1 << Math.min(path.silences, maxDoublings))
  }
  if (path.probedFor !== since) return since + probeShare * patience
  return Math.max(since + patience, path.answeredAt + probeShare * patience)
}

function silent(core: Core, path: Path, since: number, now: number): void {
  if (hasOther(core, path)) {
    if (path.probedFor === since) {
      if (path === core.paths.primary) core.hearing.late(since)
      core.paths.suspect(path, now)
      return
    }
    path.probedFor = since
    path.mustProbe = true
    return
  }
  core.hearing.late(since)
  path.silences++
  if (path.silences > deadAfter) {
    core.paths.suspect(path, now)
    return
  }
  path.mustProbe = true
  path.triedAt = now
  if (path.isReliable && path.silences < doubtAfter) return // the kernel retransmits
  path.ledger.giveUpOldest((packet) => {
    path.congestion.forgotten(packet)
    core.delivery.lost(packet)
  })
  if (path.silences >= collapseAfter) path.congestion.collapse()
}

function probeAgain(core: Core, path: Path, now: number): void {
  if (path.probeAt > now) return
  path.ledger.forgetBefore(now - 2 * maxProbeInterval) // a connection may delay the last probes; one answer is enough
  path.silences++
  path.mustProbe = true
  core.paths.retransmit(path)
  path.probeAt = nextProbe(core, path, now) // after that: what is lost waits again, and may be urgent
  if (path.state === 'suspect' && path.silences >= deadAfter) core.paths.turn(path, 'dead', now)
}

/** A dead path over a radio that sleeps is probed on the beat, as long as nothing urgent waits. */
function nextProbe(core: Core, path: Path, now: number): number {
  const next = now + probeInterval(path)
  const radio = path.state === 'dead' ? radioOf(core, path.route) : undefined
  const { scheduler, streams } = core
  const isUrgent = radio !== undefined && (scheduler.waiting(streams.credit, now, 0) & ~tolerantClasses) !== 0
  return radio === undefined || isUrgent ? next : radio.beatAfter(next)
}

function keepAliveAt(core: Core, path: Path): number {
  const { activeAt, peerRadio, role } = core
  const last = Math.max(path.heardAt, path.saidAt)
  // Where both sleep, the beat of the initiator is enough.
  if (peerRadio !== undefined && role === 'responder') return peerRadio.keepAliveAt(last)
  const radio = radioOf(core, path.route)
  if (radio !== undefined) return radio.keepAliveAt(last)
  return last + (last - activeAt < busyFor ? keepAliveBusy : keepAliveIdle)
}

function rebindingAt({ rebinding, rtt }: Path): number {
  return Math.min(
    rebinding!.validation.dueAt,
    rebinding!.validation.isProven ? rebinding!.verdictAt(rtt.patience) : Infinity,
  )
}

function tickRebinding(core: Core, path: Path, now: number): void {
  const rebinding = path.rebinding!
  const verdict = rebinding.verdict(now, path.rtt.patience)
  if (verdict === 'wait') return
  path.rebinding = undefined
  if (verdict === 'stay') return
  path.route = rebinding.route
  core.paths.proven(path, now)
  // An observer of both routes must not see the same id on both (RFC 9000 §9.5).
  path.remoteConnectionId = core.ids.remote(path.id, ++path.remoteSequence)
  core.paths.retransmit(path)
  core.paths.choose(now)
  core.emit({ type: 'rebound', path: path.id })
}
