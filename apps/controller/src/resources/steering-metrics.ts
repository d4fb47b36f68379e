/** What /metrics tells of borders and proposals. @module */
import type { Config } from '@vagus/api'
import type { Metric } from '@vagus/signals'
import type { HeldApproval } from '../steering/approval/lease-book.ts'
import type { MedAsker } from '../steering/approval/med-asker.ts'
import type { NegotiationFigures } from '../negotiation/negotiation-times.ts'
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

/** What is in force by approvals. */
export const leaseMetrics = (
  watches: readonly BorderWatch[],
  held: readonly Pick<HeldApproval, 'neighbour' | 'leases'>[],
): readonly Metric[] => [
  {
    name: 'vagus_steering_leases',
    type: 'gauge',
    help: 'MEDs that agents of devices hold for approved proposals.',
    samples: watches.map(({ border: { neighbour } }) => {
      const own = held.filter((one) => one.neighbour === neighbour)
      return { labels: { neighbour }, value: own.reduce((sum, { leases }) => sum + leases.length, 0) }
    }),
  },
]

/** Of the devices whose agents can be asked at all. */
export const agentConnectionMetrics = (
  devices: Config['devices'],
  asker: Pick<MedAsker, 'connectedSince'> | undefined,
): readonly Metric[] => [
  {
    name: 'vagus_steering_agent_connected',
    type: 'gauge',
    help: 'Whether the agent of the device is connected to negotiate, 1 or 0.',
    samples: devices.flatMap(({ name, id }) =>
      id === undefined ? [] : [{ labels: { device: name }, value: asker?.connectedSince(id) === undefined ? 0 : 1 }],
    ),
  },
]

/** Undefined where the controller has no agent. */
export const negotiationMetrics = (figures: NegotiationFigures | undefined): readonly Metric[] => {
  if (figures === undefined) return []
  const { agreed, failed, took } = figures
  return [
    {
      name: 'vagus_steering_negotiations_total',
      type: 'counter',
      help: 'Negotiations with agents of devices, by whether the agent agreed.',
      samples: Object.entries({ agreed, failed }).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: 'vagus_steering_negotiation_seconds',
      type: 'gauge',
      help: 'How long the last of them took, median and longest.',
      samples: [0.5, 1].flatMap((quantile) => {
        const at = took[Math.ceil(quantile * took.length) - 1]
        return at === undefined ? [] : [{ labels: { quantile: String(quantile) }, value: at / 1000 }]
      }),
    },
  ]
}
