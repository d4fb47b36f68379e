/**
 * What the page shows, as the part of its address behind "#", so that every view can be linked to:
 *
 *   #/traffic?last=15m&by=srcSite,dstSite&between=edges&version=6
 *
 * What has its default is left out; what is not understood falls back to its default.
 * @module
 */
import type { Dimension } from '@vagus/api'
import { type SeriesDimension, seriesDimensions } from '@vagus/api/series'

export const pages = [
  'overview',
  'traffic',
  'links',
  'borders',
  'lines',
  'intents',
  'devices',
  'agents',
  'events',
] as const
export type Page = (typeof pages)[number]

/** Windows one may choose; the API takes any number with s, m, h or d. */
export const windows = ['1m', '5m', '15m', '1h', '6h', '24h', '7d'] as const
export type WindowName = (typeof windows)[number]

/** Every dimension and how it is called on the page. */
export const dimensionLabels = {
  src: 'source',
  dst: 'destination',
  srcSite: 'source site',
  dstSite: 'destination site',
  application: 'application',
  protocol: 'protocol',
  srcPort: 'source port',
  dstPort: 'destination port',
  ingress: 'ingress edge',
  egress: 'egress edge',
  exporter: 'exporter',
  inIf: 'in interface',
  outIf: 'out interface',
  srcAs: 'source AS',
  dstAs: 'destination AS',
  version: 'IP version',
  tos: 'ToS',
} as const satisfies Record<Dimension, string>

export interface ViewState {
  readonly page: Page
  readonly last: WindowName
  /** One or two dimensions of the top flows. */
  readonly by: readonly Dimension[]
  /** What traffic over time is divided by. */
  readonly series: SeriesDimension
  readonly between: 'sites' | 'edges'
  readonly version: 'all' | '4' | '6'
  /** The selected link; empty: the busiest one. */
  readonly link: string
  /** Id of the proposal whose record is open, or `none`; empty: the first of those that wait for someone. */
  readonly proposal: string
  /** Id of the private line whose record is open, or `none`; empty: the first one that is not over. */
  readonly line: string
  /** Name of the intent whose record is open, or `none`; empty: the first one that is not met. */
  readonly intent: string
  /** `fitting`: the map, where the network is not too large for one. */
  readonly map: 'fitting' | 'map' | 'table'
  /** Text that what the page lists is filtered by. */
  readonly filter: string
  readonly severity: 'all' | 'warning' | 'error'
}

export const defaultState: ViewState = {
  page: 'overview',
  last: '5m',
  by: ['src', 'dst'],
  series: 'application',
  between: 'sites',
  version: 'all',
  link: '',
  proposal: '',
  line: '',
  intent: '',
  map: 'fitting',
  filter: '',
  severity: 'all',
}

const oneOf = <Value extends string>(text: string | null, values: readonly Value[], otherwise: Value): Value =>
  values.find((value) => value === text) ?? otherwise

const isDimension = (text: string): text is Dimension => Object.hasOwn(dimensionLabels, text)

function dimensionsOf(text: string | null): readonly Dimension[] {
  const given = [...new Set((text ?? '').split(',').filter(isDimension))].slice(0, 2)
  return given.length === 0 ? defaultState.by : given
}

/** The state that an address says; `hash` begins with "#" or is empty. */
export function parseState(hash: string): ViewState {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const fields = new URLSearchParams(query)
  return {
    page: oneOf(path, pages, defaultState.page),
    last: oneOf(fields.get('last'), windows, defaultState.last),
    by: dimensionsOf(fields.get('by')),
    series: oneOf(fields.get('series'), seriesDimensions, defaultState.series),
    between: oneOf(fields.get('between'), ['sites', 'edges'], defaultState.between),
    version: oneOf(fields.get('version'), ['all', '4', '6'], defaultState.version),
    link: fields.get('link') ?? '',
    proposal: fields.get('proposal') ?? '',
    line: fields.get('line') ?? '',
    intent: fields.get('intent') ?? '',
    map: oneOf(fields.get('map'), ['map', 'table'], defaultState.map),
    filter: fields.get('filter') ?? '',
    severity: oneOf(fields.get('severity'), ['all', 'warning', 'error'], defaultState.severity),
  }
}

/** The address of a state: `parseState(formatState(state))` is the state again. */
export function formatState(state: ViewState): string {
  const { page, ...rest } = state
  const { page: _, ...defaults } = defaultState
  const fields = new URLSearchParams()
  for (const [key, value] of Object.entries(rest))
    if (String(value) !== String(defaults[key as keyof typeof defaults])) fields.set(key, String(value))
  // a comma need not be escaped there, and reads better as it is
  const query = fields.toString().replaceAll('%2C', ',')
  return `#/${page}${query === '' ? '' : `?${query}`}`
}
