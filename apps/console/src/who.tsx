/** Who looks, with which roles; or where to sign in. Nothing where the controller knows nobody by name. */
import { signInUrl, signOut, useMe } from './state/me.ts'
import { signedOut } from './state/request.ts'

export function Who() {
  const { data: me } = useMe()
  if (signedOut.value)
    return (
      <a class="button" href={signInUrl()}>
        sign in
      </a>
    )
  if (me === undefined || me.how === 'open') return null
  return (
    <p class="who">
      <strong title={me.name}>{me.name.replace(/ <.*/, '')}</strong>
      <span class="tag" title={`you may: ${me.rights.join(', ')}`}>
        {me.roles.join(', ')}
      </span>
      {me.how === 'session' && (
        <button type="button" class="button" onClick={() => void signOut(me)}>
          sign out
        </button>
      )}
    </p>
  )
}

/** In the place of the panels, which have nothing to show then. */
export function SignedOut() {
  return (
    <div class="banner">
      <strong role="alert">You are not signed in.</strong>
      <span>This controller shows its network to people whom it knows.</span>
      <a href={signInUrl()}>Sign in</a>
    </div>
  )
}
