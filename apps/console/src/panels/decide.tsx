/** A change that one makes from the page, if one's role has the right; else it is disabled, and says why. */
import type { Right } from '@vagus/api/roles'
import { useState } from 'preact/hooks'
import { barred, change, useMe } from '../state/me.ts'
import { capital } from '../ui/panel.tsx'

interface Props {
  readonly text: string
  readonly right: Right
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object
}

/** Nothing where nobody is signed in: the commands beside it do the same. */
export function Decide({ text, right, method, path, body }: Props) {
  const me = useMe()
  const [state, setState] = useState<{ readonly busy: boolean; readonly problem?: string | undefined }>({ busy: false })
  if (me === undefined || me.how !== 'session') return null
  const why = barred(me, right)
  const run = async (): Promise<void> => {
    setState({ busy: true })
    setState({ busy: false, problem: await change(me, method, path, body) })
  }
  return (
    <div class="decide">
      <button
        type="button"
        class="button"
        disabled={why !== undefined}
        // not disabled, which would take the focus away
        aria-disabled={state.busy ? 'true' : 'false'}
        title={why}
        onClick={() => void (state.busy || run())}
      >
        {state.busy ? 'asking the routers …' : text}
      </button>
      {why !== undefined && <p class="muted">{capital(why)}.</p>}
      {state.problem !== undefined && (
        <p class="bad" role="alert">
          {capital(state.problem)}.
        </p>
      )}
    </div>
  )
}
