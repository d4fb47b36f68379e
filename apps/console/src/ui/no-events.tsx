/** No events: not yet read, or nothing happened. */
import { Empty } from './empty.tsx'

export function NoEvents({ loading }: { readonly loading: 'loading' | 'open' | 'waiting' }) {
  if (loading === 'loading')
    return (
      <div class="skeleton" role="status" aria-label="loading">
        {[0, 1, 2, 3, 4].map((line) => (
          <i key={line} />
        ))}
      </div>
    )
  return (
    <Empty title="Nothing happened yet" commands={['vagus lab fault stop-exporter pe-2 --for 1m', 'vagus events -f']}>
      Exporters that come and go, lost records, links that fail or fill up, agents and their sessions show here as they
      happen.
    </Empty>
  )
}
