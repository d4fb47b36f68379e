/** What people and their scripts may do at a controller, and by which role. Free of zod, so that the page needs no validator. @module */

export const roles = ['viewer', 'operator', 'approver', 'admin'] as const
export type Role = (typeof roles)[number]

/** `does`: follows "may". `roles`: any of them gives the right. */
export const rights = {
  read: { does: 'look', roles: ['viewer', 'operator', 'approver', 'admin'] },
  order: { does: 'order, change and release private lines', roles: ['operator', 'admin'] },
  forget: { does: 'take agents off the list', roles: ['operator', 'admin'] },
  undo: { does: 'take approvals back', roles: ['operator', 'approver', 'admin'] },
  approve: { does: 'approve proposals, and lines beyond the bounds of agents', roles: ['approver', 'admin'] },
  join: { does: 'let boxes join, refuse and revoke them', roles: ['admin'] },
  roster: { does: 'publish rosters for owners that vagus.yaml does not name, and take rosters away', roles: ['admin'] },
  backup: { does: 'copy the state with its keys', roles: ['admin'] },
} as const satisfies Readonly<Record<string, { readonly does: string; readonly roles: readonly Role[] }>>
export type Right = keyof typeof rights

/** Whether any of the roles gives the right. */
export const mayDo = (held: readonly Role[], right: Right): boolean =>
  (rights[right].roles as readonly Role[]).some((role) => held.includes(role))

/** Why not, and what helps; follows the name of who asked, or "you". */
export function mayNotText(held: readonly Role[], right: Right): string {
  const { does, roles: needed } = rights[right]
  const is = held.length === 0 ? 'have no role' : `are ${held.join(' and ')}`
  return `you ${is}; ${needed.join(' or ')} may ${does}: operators.roles in vagus.yaml of the controller says who is`
}
