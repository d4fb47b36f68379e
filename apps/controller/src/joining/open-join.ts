/** Boxes that join: who may is always known; the registrar is loaded only where the configuration has `join`. @module */
import type { OwnAgent } from '../own-agent/own-agent.ts'
import { JoinDesk } from './join-desk.ts'
import type { JoiningParts } from './joining-parts.ts'
import { newcomerKeeper } from './newcomer-keeper.ts'

/** What was learned before is in use from now on. @param refresh the ids of members are others now */
export function openJoinDesk({ control, state, tell }: JoiningParts, refresh: () => void): JoinDesk {
  const desk = new JoinDesk({
    config: () => state.given,
    keeper: newcomerKeeper(control, Date.now),
    tell,
    onLearned() {
      state.learn(desk.learned())
      refresh()
    },
    now: Date.now,
  })
  state.learn(desk.learned())
  return desk
}

/** Undefined where nobody joins. @throws {Error} that says which file or address cannot be used */
export async function openRegistrar(
  parts: JoiningParts,
  desk: JoinDesk,
  own: Pick<OwnAgent, 'id'> | undefined,
): Promise<{ close(): Promise<void> } | undefined> {
  if (parts.config.join === undefined || own === undefined) return undefined
  const { startRegistrar } = await import('./registrar.ts')
  return startRegistrar(parts, parts.config.join, desk, own.id)
}
