/** What must hold before anything is set: the neighbour prefers the goals, by what all responders tell. @module */
import type { Told } from '@vagus/api/steering'
import type { ApprovalPlan, Goal } from './approval-plan.ts'
import { ApprovalProblem } from './approval-problem.ts'
import type { HeldLease } from './lease-book.ts'
import type { MedAnswer, MedAsker, MedPlace } from './med-asker.ts'
import { medAbove, preferenceProblem, toldWith } from './preference.ts'

/** A MED to ask for. */
export interface Asked {
  readonly place: MedPlace
  readonly med: number
  readonly role: HeldLease['role']
}

/** What the agent would do. */
export interface Answered extends Asked {
  readonly answer: MedAnswer
}

/** A goal, and what neighbours are told there. */
export interface SeenGoal extends Goal {
  readonly told: readonly Told[]
}

/** Asks all at once. @throws {AskProblem} of the first that does not say */
export const seenGoals = ({ goals }: ApprovalPlan, asker: MedAsker): Promise<readonly SeenGoal[]> =>
  Promise.all(
    goals.map(async (goal) => {
      const told = await asker.look(goal.place)
      // Of what a lease that ends hides, only that it is announced is known.
      return { ...goal, told: goal.ending === undefined ? told : told.map((one) => ({ ...one, med: null })) }
    }),
  )

/** With a MED for each that is worse than what is told at its goal. @throws {ApprovalProblem} where none is */
export function askedFor(
  { aside, leaving }: ApprovalPlan,
  goals: readonly SeenGoal[],
  meds: readonly number[],
): readonly Asked[] {
  const withRole = (role: HeldLease['role']) => (one: (typeof aside)[number]) => ({ ...one, role })
  return [...aside.map(withRole('aside')), ...leaving.map(withRole('leaving'))].map(({ place, least, role }) => {
    const goal = goals.find((one) => one.place.prefix === place.prefix)
    const med = medAbove(goal?.told ?? [], least, meds)
    if (med !== undefined) return { place, med, role }
    const problem = `no MED that routers can be asked for is worse than what is told on ${goal!.place.link}`
    throw new ApprovalProblem(409, `${place.prefix} would not leave ${place.link}: ${problem}; nothing was changed`)
  })
}

/** @throws {ApprovalProblem} where a prefix would not enter over its goal */
export function checkPreference(
  { kept }: ApprovalPlan,
  goals: readonly SeenGoal[],
  answered: readonly Answered[],
): void {
  for (const { place, told } of goals) {
    const { prefix, link } = place
    const others = [
      ...answered
        .filter((one) => one.place.prefix === prefix)
        .map(({ place: other, answer }) => toldWith(other.link, answer.told, answer.med)),
      ...kept.filter((one) => one.prefix === prefix).map((lease) => toldWith(lease.link, lease.after, lease.med)),
    ]
    const problem = preferenceProblem({ link, told }, others)
    if (problem === undefined) continue
    throw new ApprovalProblem(409, `${prefix} would not enter over ${link}: ${problem}; nothing was changed`)
  }
}
