/**
 * The command that prints what a panel shows, in the view that it is shown in.
 * @module
 */
import type { ViewState } from './url-state.ts'

/** A name as one word of a shell. */
const word = (name: string): string => (/^[\w.:-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`)

const commands = {
  links: ({ last }) => `vagus link ls --last ${last}`,
  load: ({ last, link }) => `vagus link show ${word(link)} --last ${last}`,
  top: ({ by, last }) => `vagus flow top --by ${by.join(',')} --last ${last}`,
  series: ({ series, last }) => `vagus flow series --by ${series} --last ${last}`,
  matrix: ({ between, version, last }) => `vagus matrix --between ${between} --version ${version} --last ${last}`,
  ipv6: ({ last }) => `vagus ipv6 share --last ${last}`,
  devices: ({ last }) => `vagus device ls --last ${last}`,
  exporters: () => 'vagus exporter ls',
  borders: () => 'vagus border ls',
  proposals: () => 'vagus proposal ls',
  lines: () => 'vagus line ls',
  intents: () => 'vagus intent ls',
  agents: () => 'vagus agent ls',
  fleets: () => 'vagus roster ls',
  sessions: () => 'vagus session ls',
  events: () => 'vagus events -f',
} as const satisfies Record<string, (state: ViewState) => string>

export type PanelName = keyof typeof commands

export const commandOf = (panel: PanelName, state: ViewState): string => commands[panel](state)

const commandsAbout = {
  border: (name) => `vagus border show ${name}`,
  'dry run': (name) => `vagus proposal approve ${name} --dry-run`,
  approval: (name) => `vagus proposal approve ${name} --for 1h`,
  line: (name) => `vagus line show ${name}`,
  intent: (name) => `vagus intent show ${name}`,
  'line approval': (name) => `vagus line approve ${name}`,
  'line refusal': (name) => `vagus line release ${name}`,
  undo: (name) => `vagus proposal undo ${name}`,
} as const satisfies Record<string, (name: string) => string>

/** A command about one thing, by its name. */
export const commandAbout = (what: keyof typeof commandsAbout, name: string): string => commandsAbout[what](word(name))
