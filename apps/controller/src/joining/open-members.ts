/** Who belongs to the domain: the controller's own agent, the agents of devices, and boxes that join. @module */
import type { OpenOwn } from '../own-agent/open-own.ts'
import { openOwn } from '../own-agent/open-own.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import type { JoinDesk } from './join-desk.ts'
import type { JoiningParts } from './joining-parts.ts'
import { openJoinDesk, openRegistrar } from './open-join.ts'

export interface Members {
  /** Undefined where the configuration has no `agent`. */
  readonly own: OwnAgent | undefined
  /** Undefined where nobody joins, and nobody ever did. */
  readonly joins: JoinDesk | undefined
}

/** All of it is closed with `opened`. @throws as `openOwn` and `openRegistrar` */
export async function openMembers(
  core: JoiningParts & { readonly opened: AsyncDisposableStack },
  parts: Pick<OpenOwn, 'agents' | 'news' | 'hasLeases'>,
): Promise<Members> {
  const { opened, state, config } = core
  const members: { own?: OwnAgent | undefined } = {}
  const desk = openJoinDesk(core, () => members.own?.refresh())
  const own = await openOwn({ ...core, ...parts, config: () => state.config })
  members.own = own
  opened.defer(() => own?.close())
  const registrar = await openRegistrar(core, desk, own)
  opened.defer(() => registrar?.close())
  return { own, joins: config.join === undefined && desk.all.length === 0 ? undefined : desk }
}
