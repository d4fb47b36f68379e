/**
 * The command that prints what a panel shows. Where the command line has none, the request that gets it.
 * @module
 */
import type { ViewState } from './url-state.ts'

export type PanelName =
  | 'status'
  | 'map'
  | 'links'
  | 'load'
  | 'top'
  | 'matrix'
  | 'ipv6'
  | 'devices'
  | 'exporters'
  | 'events'

/** `origin` is where the page came from, such as http://127.0.0.1:7600; `link` the link that is shown. */
export function commandOf(panel: PanelName, state: ViewState, origin: string, link = state.link): string {
  const get = (path: string): string => `curl -s '${origin}/v1/${path}'`
  switch (panel) {
    case 'status':
      return 'vagus status'
    case 'map':
    case 'links':
      return `vagus link ls --last ${state.last}`
    case 'load':
      return get(`links/${encodeURIComponent(link)}/load?last=${state.last}`)
    case 'top':
      return `vagus flow top --by ${state.by.join(',')} --last ${state.last}`
    case 'matrix':
      return `vagus matrix --between ${state.between} --version ${state.version} --last ${state.last}`
    case 'ipv6':
      return get(`traffic/ipv6-share?last=${state.last}`)
    case 'devices':
      return 'vagus device ls'
    case 'exporters':
      return get('exporters')
    case 'events':
      return 'vagus events -f'
  }
}
