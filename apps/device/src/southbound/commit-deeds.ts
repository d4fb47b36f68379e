/** What a step of the commits did to the router, for the record of the device. @module */
import { controller } from '@vagus/api/actor'
import type { Actor } from '@vagus/api/southbound'
import { type Change, type Commits, pathText, pathWithoutSecret } from '@vagus/southbound'
import type { DeviceDeed } from '../record/device-record.ts'

/** Lines of a change that are told; how many there were is told besides. */
const maxLines = 50
/** Characters of one field: who may commit does not say how long the record becomes. What is longer is cut. */
const maxField = 4096

/** The deeds between two states of the commits. Who ends a commit when its time is over is the agent by itself. */
export function commitDeeds(before: Commits<Actor>, after: Commits<Actor>): readonly DeviceDeed[] {
  const deeds: DeviceDeed[] = []
  const { pending } = after
  if (pending?.phase.type === 'applied' && before.pending?.phase.type !== 'applied') {
    const { id, by, comment, change } = pending
    deeds.push({ event: 'commit.begun', subject: id, fields: { comment, ...fieldsOf(change) }, by })
  }
  const known = new Set(before.ended.map(({ id }) => id))
  for (const { id, state, ended } of after.ended)
    if (!known.has(id))
      deeds.push({
        event: `commit.${state}`,
        subject: id,
        fields: { because: ended.because.slice(0, maxField) },
        by: ended.by ?? controller,
      })
  return deeds
}

function fieldsOf({ added, removed }: Change): DeviceDeed['fields'] {
  const told = (sign: string, paths: Change['added']): readonly string[] =>
    paths.map((path) => `${sign} ${pathText(pathWithoutSecret(path))}`)
  const lines = [...told('-', removed), ...told('+', added)]
  return { added: added.length, removed: removed.length, lines: lines.slice(0, maxLines).join('\n').slice(0, maxField) }
}
