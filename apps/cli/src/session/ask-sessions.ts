/** Sources of sessions: the controller, for all agents, or one side-car, for its agent. @module */
import type { Session, SessionList } from '@vagus/api'
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'
import { sideCarClient, sideCarOf, sideCarOption } from '../side-car.ts'

export const askedSideCarOption = {
  'side-car': {
    ...sideCarOption['side-car'],
    description: 'ask only this side-car (default: that of $VAGUS_AGENTS_URL when no controller is named)',
  },
} as const satisfies Options

/** Names or ids of one end or both; without any, all sessions. */
export interface Ends {
  readonly agent?: string | undefined
  readonly peer?: string | undefined
}

type Whose = Pick<Call<Options>, 'environment' | 'signal'> & {
  readonly values: { readonly 'side-car': string | undefined; readonly controller: string | undefined }
}

/** The side-car to ask in place of the controller, if any. @throws {Failure} usage */
export function askedSideCar({ values, environment }: Whose): string | undefined {
  const named = values['side-car']
  if (named !== undefined) return sideCarOf(named)
  const around = environment['VAGUS_AGENTS_URL'] ?? ''
  const controller = values.controller ?? environment['VAGUS_CONTROLLER'] ?? ''
  return around === '' || controller !== '' ? undefined : sideCarOf(around)
}

/** Asks for the sessions of `ends`, as reported by either end. The function throws `Failure` as `Client.get`. */
export function askSessions(call: Whose, ends: Ends): (controller: Client) => Promise<SessionList> {
  const sideCar = askedSideCar(call)
  if (sideCar === undefined) return (controller) => fromController(controller, ends).catch(orOfOneAgent)
  const { client, pathOf } = sideCarClient(sideCar, call.signal)
  return async () => {
    const list = await client.get<SessionList>('SessionList', pathOf('/sessions'))
    return { ...list, items: list.items.filter((session) => isBetween(session, ends)) }
  }
}

/** Who has no controller has side-cars. @throws whatever it gets, a failure with the further way */
function orOfOneAgent(error: unknown): never {
  if (!(error instanceof Failure) || error.exit !== exitCode.unreachable) throw error
  const further = 'sessions of one agent of this host: --side-car http://127.0.0.1:PORT, as "vagus run" prints it'
  throw new Failure(error.exit, error.message, `${error.fix} · ${further}`, error)
}

/** The report of each end takes a query of its own. */
async function fromController(client: Client, { agent, peer }: Ends): Promise<SessionList> {
  const questions =
    agent === undefined && peer === undefined
      ? [{}]
      : [
          { agent, peer },
          { agent: peer, peer: agent },
        ]
  const lists = await Promise.all(
    questions.map((query) => client.get<SessionList>('SessionList', '/v1/sessions', query)),
  )
  return {
    ...lists[0]!,
    items: lists.flatMap(({ items }) => items),
    more: Math.max(...lists.map(({ more }) => more)), // both may have left out the same sessions
  }
}

/** Whether `word` names this end. */
export const isEnd = ({ name, id }: Session['agent'], word: string): boolean => name === word || id === word

function isBetween({ agent, peer }: Session, ends: Ends): boolean {
  const words = [ends.agent, ends.peer]
  const fits = (one: Session['agent'], word: string | undefined): boolean => word === undefined || isEnd(one, word)
  return (fits(agent, words[0]) && fits(peer, words[1])) || (fits(agent, words[1]) && fits(peer, words[0]))
}
