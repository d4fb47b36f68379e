/** Takes changes of traffic classes back, as far as the agents let it. @module */
import { showWords } from '../bgp/agent.ts'
import { Failure } from '../failure.ts'
import { medWords, undoWords } from './class-commands.ts'
import { type Actuation, activeAt, type ClassChange, endClass, requestOf, setClass, steeringAt } from './classes.ts'

/** A change that was asked for. */
export interface Begun {
  readonly change: ClassChange
  /** The class that its agent made of it; undefined while that has not answered. */
  made?: string
}

/** What could not be taken back, and the command that does it. */
interface Left {
  readonly what: string
  readonly command: string
}

/**
 * Puts back what was in force before the changes, the last one first. It asks what is in force now and does not go by the
 * answers to the changes: one that was not answered may have been made. What somebody else has changed since is left.
 */
export async function restored(begun: readonly Begun[]): Promise<readonly Left[]> {
  const left: Left[] = []
  for (const each of begun.toReversed()) {
    const one = await restoredOne(each)
    if (one !== undefined) left.push(one)
  }
  return left
}

async function restoredOne({ change: { entry, agent, earlier }, made }: Begun): Promise<Left | undefined> {
  const due = earlier === undefined ? undefined : stillDue(earlier)
  let active: Actuation | undefined
  try {
    active = steeringAt(await activeAt(agent), entry)
    if (active?.id === earlier?.id) return undefined
    const isOther = entry.class === null ? active !== undefined : made !== undefined && active?.id !== made
    if (isOther) {
      const { device, prefix, link } = entry
      return {
        what: `the class of ${prefix} on ${link}, which somebody else changed since`,
        command: showWords({ device }),
      }
    }
    if (due !== undefined) await setClass(agent, requestOf(entry, due.class, due.seconds))
    else if (active !== undefined) await endClass(agent, active.id)
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { device, prefix, link } = entry
    const what = `the class of ${prefix} on ${link}`
    if (due !== undefined) return { what, command: medWords({ ...entry, class: due.class }, due.seconds) }
    return { what, command: active === undefined ? showWords({ device }) : undoWords(active.id, device) }
  }
}

/** The seconds that a class would still have held; nothing where it would have ended by now. */
function stillDue({
  class: number,
  expiresAt,
}: Actuation): { readonly class: number; readonly seconds: number } | undefined {
  const seconds = Math.ceil((Date.parse(expiresAt) - Date.now()) / 1000)
  return seconds > 0 ? { class: number, seconds } : undefined
}
