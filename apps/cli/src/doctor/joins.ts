/** Boxes that wait for the operator, that could not join, or whose certificates end because they do not renew them. @module */
import type { Join, JoinList } from '@vagus/api/joins'
import type { Client } from '../client.ts'
import { countOf } from '../format.ts'
import { type Check, ok, warn } from './check.ts'

/** Nothing of a controller that is older than joining, or where nobody joins. */
export const askJoins = (client: Client): Promise<readonly Join[]> =>
  client
    .get<JoinList>('JoinList', '/v1/joins')
    .then(({ items }) => items)
    .catch(() => [])

/** Milliseconds: a member renews when a third of its 30 days is left. */
const renewsBefore = 7 * 86_400_000

/** @param now the controller's time, in milliseconds since 1970 */
export function joinChecks(joins: readonly Join[], now: number): readonly Check[] {
  if (joins.length === 0) return []
  const waiting = joins.filter(({ state }) => state === 'waiting')
  const stuck = joins.filter(({ state, problem }) => (state === 'accepted' || state === 'joined') && problem !== null)
  const nameless = joins.filter(({ state, device }) => state === 'joined' && device === null)
  const ending = joins.filter(
    ({ state, certificateUntil }) =>
      state === 'joined' && certificateUntil !== null && Date.parse(certificateUntil) < now + renewsBefore,
  )
  const found = [
    ...waiting.map(({ serial }) => warn('boxes', `${serial} asks to join`, `vagus join accept ${serial}`)),
    ...stuck.map(({ serial, problem }) =>
      warn('boxes', `${serial} does not get on: ${problem}`, `vagus join show ${serial}`),
    ),
    ...nameless.map(({ serial }) =>
      warn(
        'boxes',
        `${serial} has joined, but is no device of vagus.yaml`,
        `vagus join accept ${serial} --device NAME`,
      ),
    ),
    ...ending.map(({ serial }) =>
      warn(
        'boxes',
        `${serial} has not renewed its certificate, which ends soon`,
        `does "vagus device" run there? vagus join show ${serial}`,
      ),
    ),
  ]
  if (found.length > 0) return found
  const members = joins.filter(({ state }) => state === 'joined').length
  return [ok('boxes', `${countOf(members, 'box has', 'boxes have')} joined; none waits for you`)]
}
