/**
 * The command that prints what a panel shows. Where the command line has none, the request that gets it.
 * @module
 */
import type { ViewState } from './url-state.ts'

const commands = {
  map: ({ last }) => `vagus link ls --last ${last}`,
  load: ({ last, link }) => ({ path: `links/${encodeURIComponent(link)}/load?last=${last}` }),
  top: ({ by, last }) => `vagus flow top --by ${by.join(',')} --last ${last}`,
  matrix: ({ between, version, last }) => `vagus matrix --between ${between} --version ${version} --last ${last}`,
  ipv6: ({ last }) => ({ path: `traffic/ipv6-share?last=${last}` }),
  devices: () => 'vagus device ls',
  exporters: () => ({ path: 'exporters' }),
  events: () => 'vagus events -f',
} as const satisfies Record<string, (state: ViewState) => string | { readonly path: string }>

export type PanelName = keyof typeof commands

/** `origin` is where the page came from, such as http://127.0.0.1:7600. */
export function commandOf(panel: PanelName, state: ViewState, origin: string): string {
  const command = commands[panel](state)
  return typeof command === 'string' ? command : `curl -s '${origin}/v1/${command.path}'`
}
