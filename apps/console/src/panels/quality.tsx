/** Causes of wrong or missing figures, each with its fix. Absent when there is none. */
import { useSignal } from '@preact/signals'
import type { Status } from '@vagus/api'
import { fixPartsOf } from '../figures/fix-parts.ts'
import { withUnitsKept } from '../figures/format.ts'
import { useStatus } from '../state/resources.ts'
import { Command } from '../ui/copy.tsx'
import { useWidth } from '../ui/width.ts'

const Fix = ({ text }: { readonly text: string }) => (
  <span class="fix">
    {fixPartsOf(text).map((part) =>
      part.kind === 'command' ? <Command key={part.text} text={part.text} /> : <span key={part.text}>{part.text}</span>,
    )}
  </span>
)

/** Items shown before the others are expanded: whole ones, so that no edge cuts one. */
const shownAtFirst = { wide: 5, narrow: 3 } as const
/** Below this each takes three lines. */
const narrow = 620

export function Quality() {
  const items = useStatus().data?.quality ?? []
  return items.length === 0 ? null : <Faults items={items} />
}

function Faults({ items }: { readonly items: Status['quality'] }) {
  const { ref, width } = useWidth<HTMLElement>()
  const open = useSignal(false)
  const errors = items.filter(({ severity }) => severity === 'error').length
  const sorted = [...items].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  const first = shownAtFirst[width < narrow ? 'narrow' : 'wide']
  // a button to expand one line would take as much room as the line
  const more = items.length > first + 1 ? items.length - first : 0
  return (
    <section ref={ref} class={`card span-12 quality ${errors > 0 ? 'error' : 'warning'}`} aria-label="Data quality">
      <h2>
        Data quality <span class="count">{items.length}</span>
      </h2>
      <div class="items">
        <ul>
          {(more > 0 && !open.value ? sorted.slice(0, first) : sorted).map(({ severity, subject, problem, fix }) => (
            <li key={`${subject} ${problem}`} class={severity}>
              <span class="severity">{severity}</span>
              <strong>{subject}</strong>
              <span>{withUnitsKept(problem)}</span>
              <Fix text={fix} />
            </li>
          ))}
        </ul>
        {more > 0 && (
          <button
            type="button"
            class="button"
            aria-expanded={open.value ? 'true' : 'false'}
            onClick={() => (open.value = !open.value)}
          >
            {open.value ? 'fewer' : `${more} more`}
          </button>
        )}
      </div>
    </section>
  )
}
