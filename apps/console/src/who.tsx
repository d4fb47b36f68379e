/** Who looks, with which roles; or where to sign in. Nothing where the controller knows nobody by name. */
import { rights } from '@vagus/api/roles'
import { useEffect, useRef, useState } from 'preact/hooks'
import { leftAt, signInUrl, signOut, useMe } from './state/me.ts'
import { signedOut } from './state/request.ts'

export function Who() {
  const me = useMe()
  const [problem, setProblem] = useState<string | undefined>()
  if (me === undefined || me.how === 'open') return null
  return (
    <div class="who">
      <strong title={me.name}>{me.name.replace(/ <.*/, '')}</strong>
      <span class="tag" title={`you may ${me.rights.map((right) => rights[right].does).join('; ')}`}>
        {me.roles.join(', ')}
      </span>
      {me.how === 'session' && (
        <button type="button" class="button" onClick={() => void signOut().then(setProblem)}>
          sign out
        </button>
      )}
      {problem !== undefined && (
        <span class="bad" role="alert">
          {problem}
        </span>
      )}
    </div>
  )
}

const words = {
  neverIn: ['You are not signed in', 'This controller shows its network to people whom it knows.'],
  ended: ['Your session has ended', 'Sign in again, and you come back to this view.'],
  left: ['You are signed out', 'Sign in to see this network again.'],
} as const

/** In the place of the panels, which have nothing to show then. */
export function SignedOut() {
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    // what had the focus may have gone with the panels, or goes with this
    const isLost = (): boolean => document.activeElement === document.body
    if (isLost()) link.current?.focus()
    return () => {
      if (isLost()) document.querySelector('main')?.focus()
    }
  }, [])
  const hasEnded = signedOut.value === 'ended'
  const left = hasEnded ? undefined : leftAt()
  const [title, text] = hasEnded ? words.ended : left === undefined ? words.neverIn : words.left
  return (
    <section class="card sign-in">
      <div role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      <a ref={link} class="button primary" href={signInUrl()}>
        Sign in
      </a>
      {left?.issuer && (
        <p class="muted">
          You may still be signed in at {new URL(left.issuer).host}. <a href={left.issuer}>Sign out there</a>
        </p>
      )}
    </section>
  )
}
