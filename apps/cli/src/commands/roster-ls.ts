/** `vagus roster ls`: the fleets whose rosters the controller has. @module */
import type { RosterList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { rosterListText } from '../roster/roster-text.ts'

export const command = defineCommand({
  name: 'roster ls',
  summary: 'fleets whose rosters the controller has',
  effect: 'ro',
  examples: [{ line: 'vagus roster ls', does: 'one line per owner, with when its roster expires' }],
  options: viewOptions,
  run: (call) =>
    view<RosterList>(call, {
      ask: (client) => client.get<RosterList>('RosterList', '/v1/rosters'),
      show: ({ items }, canvas) => rosterListText(items, Date.now(), canvas),
      next: ({ items }) => (items.length === 0 ? 'vagus roster new NAME' : 'vagus agent ls'),
    }),
})
