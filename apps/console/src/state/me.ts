/**
 * Who looks at the page, and changes that one may make from it. Without `operators` in vagus.yaml nobody has a name, and the page
 * changes nothing.
 * @module
 */
import type { Problem } from '@vagus/api'
import type { Me, SignOut } from '@vagus/api/operators'
import { mayDo, mayNotText, type Right } from '@vagus/api/roles'
import { getJson, signedOut, urlOf } from './request.ts'
import { refresh, useResource } from './resource.ts'
import { hrefOf } from './route.ts'

/** Undefined as long as it is not known. */
export const useMe = (): Me | undefined => useResource<Me>('/v1/me', 60_000).data

/** Where signing in begins; it ends at the present view. */
export const signInUrl = (): string => urlOf(`/v1/sign-in?view=${encodeURIComponent(hrefOf({}).slice(1))}`)

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

/** Kept with the page's place in the history, so that nothing of the page itself stays. */
interface Left {
  /** Where the session at the issuer is ended, too; null: it says no such place. */
  readonly issuer: string | null
}

/** Of a page on which somebody has signed out. */
export const leftAt = (): Left | undefined => (history.state as { readonly left?: Left } | null)?.left

/** Ends the session here. Undefined when it is done, else why not. */
export async function signOut(): Promise<string | undefined> {
  try {
    // asked anew: another tab may have signed in meanwhile
    const { csrf } = await getJson<Me>('/v1/me')
    const response = await fetch(urlOf('/v1/sign-out'), { method: 'POST', headers: { 'vagus-csrf': csrf ?? '' } })
    const { issuer } = (await response.json()) as SignOut
    if (!response.ok) return `still signed in: HTTP ${response.status}`
    history.replaceState({ left: { issuer } }, '')
    location.reload()
    return undefined
  } catch {
    return signedOut.peek() ? undefined : 'still signed in: no answer'
  }
}
