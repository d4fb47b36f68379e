/** What makes figures wrong or missing, and what mends it. Absent when there is nothing of that kind. */
import { fixPartsOf } from '../figures/fix-parts.ts'
import { useStatus } from '../state/resources.ts'
import { Command } from '../ui/copy.tsx'

const Fix = ({ text }: { readonly text: string }) => (
  <span class="fix">
    {fixPartsOf(text).map((part) =>
      part.kind === 'command' ? <Command key={part.text} text={part.text} /> : <span key={part.text}>{part.text}</span>,
    )}
  </span>
)

export function Quality() {
  const items = useStatus().data?.quality ?? []
  if (items.length === 0) return null
  const errors = items.filter(({ severity }) => severity === 'error').length
  const sorted = [...items].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  return (
    <section class={`card span-12 quality ${errors > 0 ? 'error' : 'warning'}`} aria-label="Data quality">
      <h2>
        Data quality <span class="count">{items.length}</span>
      </h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="What is wrong and what mends it">
        <ul>
          {sorted.map(({ severity, subject, problem, fix }) => (
            <li key={`${subject} ${problem}`} class={severity}>
              <span class="severity">{severity}</span>
              <strong>{subject}</strong>
              <span>{problem}</span>
              <Fix text={fix} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}
