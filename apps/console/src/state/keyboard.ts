/**
 * Keys: one table for the help and for the listener. They do nothing while the user types.
 * @module
 */
import { signal } from '@preact/signals'
import { paused } from './live.ts'
import { signedOut } from './request.ts'
import { show } from './route.ts'
import type { Page } from './url-state.ts'

export const helpOpen = signal(false)

interface Key {
  /** One key, or two one after the other. */
  readonly keys: string
  readonly does: string
  readonly run: () => void
}

const go = (keys: string, page: Page): Key => ({ keys, does: `go to ${page}`, run: () => show({ page }) })

export const keys: readonly Key[] = [
  go('g o', 'overview'),
  go('g t', 'traffic'),
  go('g l', 'links'),
  go('g b', 'borders'),
  go('g p', 'lines'),
  go('g i', 'intents'),
  go('g d', 'devices'),
  go('g a', 'agents'),
  go('g e', 'events'),
  { keys: '/', does: 'filter, where the page has one', run: () => filterField()?.focus() },
  { keys: 'p', does: 'pause and go on', run: () => (paused.value = !paused.peek() && !signedOut.peek()) },
  { keys: '?', does: 'show these keys', run: () => (helpOpen.value = true) },
]

const filterField = (): HTMLInputElement | null => document.querySelector<HTMLInputElement>('input[type="search"]')

/** The second key of a pair must come within this. */
const pairMilliseconds = 1200

export function listenToKeys(): void {
  let first = ''
  let firstAt = 0
  addEventListener('keydown', (event) => {
    const target = event.target instanceof Element ? event.target : document.body
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, dialog[open]'))
      return
    const pair = Date.now() - firstAt < pairMilliseconds ? `${first} ${event.key}` : ''
    const key = keys.find(({ keys }) => keys === pair) ?? keys.find(({ keys }) => keys === event.key)
    first = event.key
    firstAt = Date.now()
    if (key === undefined) return
    event.preventDefault()
    key.run()
  })
}
