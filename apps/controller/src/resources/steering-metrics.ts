/** What /metrics tells of borders and proposals. @module */
import type { Metric } from '../http/prometheus.ts'
import type { BorderWatch } from '../steering/border-watch.ts'
import type { ProposalList } from '../steering/proposal-list.ts'

export function steeringMetrics(
  watches: readonly BorderWatch[],
  proposals: Pick<ProposalList, 'all'>,
): readonly Metric[] {
  const open = proposals.all().filter(({ state }) => state === 'open')
  const perLink = (value: (link: BorderWatch['links'][number]) => number | null): Metric['samples'] =>
    watches.flatMap(({ border: { neighbour }, links }) =>
      links.flatMap((link) => {
        const found = value(link)
        return found === null ? [] : [{ labels: { neighbour, link: link.name }, value: found }]
      }),
    )
  return [
    {
      name: 'vagus_steering_open_proposals',
      type: 'gauge',
      help: 'Proposals that wait for approval.',
      samples: watches.map(({ border: { neighbour } }) => {
        return { labels: { neighbour }, value: open.filter((one) => one.neighbour === neighbour).length }
      }),
    },
    {
      name: 'vagus_steering_link_load_bits_per_second',
      type: 'gauge',
      help: 'What enters over the link, mean of the last step; absent when not known.',
      samples: perLink(({ load }) => load),
    },
    {
      name: 'vagus_steering_link_threshold_bits_per_second',
      type: 'gauge',
      help: 'Load from which on the link is likely to be full within the horizon.',
      samples: perLink(({ threshold }) => threshold),
    },
  ]
}
