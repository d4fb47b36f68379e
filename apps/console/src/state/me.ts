/**
 * Who looks at the page, and changes that one may make from it. Without `operators` in vagus.yaml nobody has a name, and the page
 * changes nothing.
 * @module
 */
import type { Problem } from '@vagus/api'
import type { Me, SignOut } from '@vagus/api/operators'
import { mayDo, mayNotText, type Right } from '@vagus/api/roles'
import { refresh, type Shown, useResource } from './resource.ts'
import { urlOf } from './request.ts'

export const useMe = (): Shown<Me> => useResource<Me>('/v1/me', 60_000)

/** Where signing in begins. */
export const signInUrl = (): string => urlOf('/v1/sign-in')

/** Why one may not; undefined: one may. */
export const barred = ({ roles }: Pick<Me, 'roles'>, right: Right): string | undefined =>
  mayDo(roles, right) ? undefined : mayNotText(roles, right)

/** Sends a change with what only our own page knows. Undefined when it is done, else why not. */
export async function change(
  me: Pick<Me, 'csrf'>,
  method: 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<string | undefined> {
  try {
    const headers = { accept: 'application/json', 'content-type': 'application/json', 'vagus-csrf': me.csrf ?? '' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(urlOf(path), { method, headers, ...content })
    if (response.ok) return undefined
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
    return problem.detail ?? problem.title ?? `HTTP ${response.status}`
  } catch {
    return 'The controller cannot be reached; it may have done it'
  } finally {
    refresh()
  }
}

/** Ends the session here, and where the issuer says how, the one there. */
export async function signOut(me: Pick<Me, 'csrf'>): Promise<void> {
  const headers = { 'vagus-csrf': me.csrf ?? '' }
  const response = await fetch(urlOf('/v1/sign-out'), { method: 'POST', headers }).catch(() => undefined)
  const { issuer = null } = response?.ok === true ? ((await response.json()) as SignOut) : {}
  if (issuer === null) location.reload()
  else location.assign(issuer)
}
