/** Every link with both directions, and the load of the chosen one. */
import { LinkLoad } from '../panels/link-load.tsx'
import { LinkTable } from '../panels/link-table.tsx'
import { commandOf } from '../state/commands.ts'
import { useCurrentLinks, useLinks } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { NoLinks } from '../ui/empty.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { WindowOf } from '../ui/provenance.tsx'

export function Links() {
  const links = useLinks()
  const current = useCurrentLinks()
  const { filter } = view.value
  return (
    <>
      <LinkLoad span={12} height={260} />
      <Panel
        title="Links"
        span={12}
        command={commandOf('links', view.value)}
        about={links.data !== undefined && <WindowOf window={links.data.window} />}
        controls={<FilterField label="Filter links" />}
      >
        <Loaded of={links} lines={10} empty={(data) => (data.items.length === 0 ? <NoLinks /> : undefined)}>
          {({ items }) => {
            const wanted = items.filter(({ name, a, z }) => matches(filter, name, a.node, z.node))
            return wanted.length === 0 ? (
              <NoMatch what="link" />
            ) : (
              <LinkTable links={wanted} current={current ?? items} />
            )
          }}
        </Loaded>
      </Panel>
    </>
  )
}
