/** The filter of a page; "/" goes to it. What is typed stands in the address. */
import { show, view } from '../state/route.ts'

export function FilterField({ label }: { readonly label: string }) {
  return (
    <label class="filter">
      <span class="visually-hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={view.value.filter}
        onInput={(event) => show({ filter: event.currentTarget.value }, 'replace')}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  )
}

/** Whether one of the texts holds what is typed, in any case. */
export function matches(filter: string, ...texts: readonly (string | null)[]): boolean {
  const wanted = filter.trim().toLowerCase()
  return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted))
}

/** Instead of a table that the filter leaves nothing of; `what` in the singular. */
export const NoMatch = ({ what }: { readonly what: string }) => (
  <p class="state no-match">
    <span>
      No {what} matches “{view.value.filter.trim()}”.
    </span>
    <button type="button" class="button" onClick={() => show({ filter: '' }, 'replace')}>
      show all
    </button>
  </p>
)
