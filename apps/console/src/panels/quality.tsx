/** What makes figures wrong or missing, and what mends it. Absent when there is nothing of that kind. */
import { useStatus } from '../state/resources.ts'
import { CopyButton } from '../ui/copy.tsx'

/** A fix that can be typed is set as a command; a sentence stays a sentence. */
const isCommand = (fix: string): boolean => /^(?:vagus|softflowd|sudo|apt-get|systemctl)\b/.test(fix)

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
      <ul>
        {sorted.map(({ severity, subject, problem, fix }) => (
          <li key={`${subject} ${problem}`} class={severity}>
            <span class="severity">{severity}</span>
            <strong>{subject}</strong>
            <span>{problem}</span>
            <span class="fix">
              {isCommand(fix) ? (
                <>
                  <code>{fix}</code>
                  <CopyButton text={fix} label="Copy" />
                </>
              ) : (
                fix
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
