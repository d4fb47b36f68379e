/** What follows where packets of a path are lost (RFC 9002 §6.1): asked for with each acknowledgement, and by a timer. @module */
import type { Core } from './core.ts'
import type { Path } from './path.ts'

/**
 * Gives up what is lost on a path by now, and sets when to check again. A relay may drop packets too, when its queue is
 * full.
 */
export function findLost(core: Core, path: Path, now: number): void {
  path.lossAt = path.ledger.findLost(now, path.rtt, (packet) => {
    path.packetsLost++
    path.congestion.lost(packet, now)
    core.delivery.lost(packet)
  })
}
