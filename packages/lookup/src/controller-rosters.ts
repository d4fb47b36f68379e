/** The rosters that owners of fleets publish at a controller. It is trusted with nothing: whoever asks verifies them. @module */
import { unknownRoster } from '@vagus/api/problem-types'
import { type AgentId, type CompactJws, maxRosterCharacters } from '@vagus/identity'
import { type Connections, requestController } from './controller-request.ts'

/** Milliseconds for an answer, beyond those that it may wait. */
const answerWithin = 5000

export interface ControllerRosters {
  /**
   * A roster of `owner` later than that of the epoch `after`, signed when its key had been replaced `rotations` times, as
   * soon as there is one; `undefined` if there is none after `waitSeconds`.
   * @throws {Error} with the controller's answer
   */
  newer(
    owner: AgentId,
    options: {
      readonly after: number | undefined
      readonly rotations: number | undefined
      readonly waitSeconds: number
      readonly signal: AbortSignal
    },
  ): Promise<CompactJws | undefined>
}

/** @param address as of `controllerList` */
export function controllerRosters(address: string, connections: Connections = 'kept'): ControllerRosters {
  return {
    async newer(owner, { after, rotations, waitSeconds, signal }) {
      const query = new URLSearchParams({ wait: String(waitSeconds) })
      if (after !== undefined) query.set('after', String(after))
      if (rotations !== undefined) query.set('rotations', String(rotations))
      const { status, text } = await requestController(address, {
        method: 'GET',
        path: `/v1/rosters/${encodeURIComponent(owner)}?${query.toString()}`,
        signal: AbortSignal.any([signal, AbortSignal.timeout(waitSeconds * 1000 + answerWithin)]),
        maxOctets: maxRosterCharacters + 1024,
        connections,
      })
      if (status === 200) return text.trim()
      if (status === 204 || (status === 404 && text.includes(unknownRoster))) return undefined
      throw new Error(`the controller at ${address} answers GET /v1/rosters with HTTP ${status}`)
    },
  }
}
