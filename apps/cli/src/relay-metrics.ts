/** What `/metrics` of a relay tells. @module */
import type { Agent, Relay } from '@vagus/agent'
import { type AnyMetric, counter, gauge } from '@vagus/signals'

export function relayMetrics(agent: Pick<Agent, 'connected'>, relay: Pick<Relay, 'status'>): readonly AnyMetric[] {
  const { agents, circuits, packets, octets, dropped } = relay.status()
  return [
    gauge('vagus_sessions', 'Sessions with agents.', [{ value: agent.connected().length }]),
    gauge('vagus_relay_agents', 'Agents that are registered.', [{ value: agents }]),
    gauge('vagus_relay_circuits', 'Open circuits between two of them.', [{ value: circuits }]),
    counter('vagus_relay_packets_total', 'Packets that were forwarded.', [{ value: packets }]),
    counter('vagus_relay_octets_total', 'Octets of these.', [{ value: octets }]),
    counter('vagus_relay_dropped_total', "Packets above an agent's rate, without a circuit, or not taken.", [
      { value: dropped },
    ]),
  ]
}
