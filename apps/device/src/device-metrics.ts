/** What `/metrics` of a device tells, and why it is not ready. @module */
import { gauge, type Metric, samplesOf } from '@vagus/signals'
import type { AgentParts } from './agent-parts.ts'
import { commitItems } from './southbound/commit-resource.ts'
import type { SouthboundParts } from './southbound/open-southbound.ts'

/** Of a few values each; links by the names of their interfaces. */
export function deviceMetrics(agent: AgentParts): readonly Metric[] {
  const { steering, actuation, policy, meter, southbound } = agent
  const leases = { prepared: 0, applied: 0, confirmed: 0 }
  const status = steering?.status()
  for (const lease of status?.leases ?? []) leases[lease.state]++
  return [
    gauge('vagus_links', 'Links that are measured.', [{ value: meter.latest.length }]),
    gauge('vagus_traffic_classes', 'Traffic classes that are requested from the router.', [
      { value: actuation.active().length },
    ]),
    gauge('vagus_policy_good', '1: the router has the policy that classes need; 0: not, or not known.', [
      { value: policy.state === 'in-place' ? 1 : 0 },
    ]),
    ...(status === undefined
      ? []
      : [
          gauge('vagus_controller_connected', '1: the controller that may steer is connected.', [
            { value: status.state === 'connected' ? 1 : 0 },
          ]),
          gauge('vagus_leases', 'MEDs that were agreed on with the controller.', samplesOf('state', leases)),
        ]),
    ...(southbound === undefined ? [] : commitsMetric(southbound)),
  ]
}

export function commitsMetric({ desk }: SouthboundParts): readonly Metric[] {
  const commits = { pending: 0, confirmed: 0, reverted: 0, refused: 0, stuck: 0 }
  for (const { state } of desk === undefined ? [] : commitItems(desk.commits)) commits[state]++
  return [gauge('vagus_commits', 'Commits of AI agents that are remembered.', samplesOf('state', commits))]
}

/** Why it cannot do what it is there for, for people. */
export function unreadiness({ policy, steering }: AgentParts): readonly string[] {
  const status = steering?.status()
  return [
    ...(policy.state === 'unknown' ? ['the router does not answer'] : []),
    ...(status !== undefined && status.state !== 'connected' ? ['the controller is not connected'] : []),
  ]
}
