/** Private lines: what was ordered, over what it goes, and what it delivers. */
import { isLineHeld, linePathText } from '@vagus/api/line-words'
import type { Line, LineList } from '@vagus/api/lines'
import { LineTable } from '../panels/line-table.tsx'
import { commandOf } from '../state/commands.ts'
import { useLines } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { Empty } from '../ui/empty.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'

export function Lines() {
  const lines = useLines()
  return (
    <Panel
      title="Private lines"
      span={12}
      command={commandOf('lines', view.value)}
      about={lines.data && aboutLines(lines.data)}
      controls={<FilterField label="Filter private lines" />}
    >
      <Loaded of={lines} lines={6} empty={({ items }) => (items.length === 0 ? <NoLines /> : undefined)}>
        {({ items }) => {
          const wanted = items.filter(isWanted)
          return wanted.length > 0 ? <LineTable lines={wanted} /> : <NoMatch what="private line" />
        }}
      </Loaded>
    </Panel>
  )
}

function aboutLines({ items }: LineList): string {
  const held = items.filter(isLineHeld).length
  return `${held} of ${items.length} there now · figures of the last minute`
}

const isWanted = ({ id, from, to, state, path }: Line): boolean =>
  matches(view.value.filter, id, from, to, state, linePathText(path), ...(path?.hops ?? []).map(({ link }) => link))

const NoLines = () => (
  <Empty title="No private line was ordered" commands={['vagus line order --from SITE --to SITE --rate 20M --for 1h']}>
    A line guarantees a rate with low delay between two sites for a time, over routers that hold it.
  </Empty>
)
