/**
 * The view that the address names. Every change of the view is a change of the address.
 * @module
 */
import { signal } from '@preact/signals'
import type { ViewState } from './url-state.ts'
import { formatState, parseState } from './url-state.ts'

export const view = signal(parseState(location.hash))
addEventListener('hashchange', () => (view.value = parseState(location.hash)))

/** The address of the present view with some of it changed; another page starts at its own defaults but one window. */
export function hrefOf(change: Partial<ViewState>): string {
  const { page, ...rest } = view.value
  if (change.page === undefined || change.page === page) return formatState({ page, ...rest, ...change })
  return formatState({ ...view.value, filter: '', severity: 'all', ...change })
}

/** Goes there; `replace` leaves no step for the back button, as while one types. */
export function show(change: Partial<ViewState>, step: 'push' | 'replace' = 'push'): void {
  const href = hrefOf(change)
  if (step === 'push') location.hash = href
  else history.replaceState(null, '', href)
  view.value = parseState(href)
}
