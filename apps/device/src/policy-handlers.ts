/** What the agent answers of its router's policy: prints it, installs it for a while, keeps it or takes it back. @module */
import { apiVersion } from '@vagus/api'
import { operator } from '@vagus/api/actor'
import { type PolicyChangeResource, policyChangeRequestSchema } from '@vagus/api/telemetry'
import { RouterError } from '@vagus/router'
import type { AgentParts } from './agent-parts.ts'
import { type ControlAnswer, type ControlHandler, problem, requestOf } from './control-server.ts'
import { forbids } from './intents/commit-intents.ts'
import { timeOf } from './time-of-day.ts'

export function policyHandlers(agent: AgentParts): ReadonlyMap<string, ControlHandler> {
  const { name: device, router } = agent.options
  const answer = (state: PolicyChangeResource['state'], more: Partial<PolicyChangeResource> = {}): ControlAnswer => {
    const what = { device, router: router.kind, state, installed: [], goesBackAt: null, ...more }
    return { status: 200, body: { apiVersion, kind: 'PolicyChange', ...what } satisfies PolicyChangeResource }
  }
  const command = `vagus device policy ${device}`
  const nothing = `no change of the policy is pending: nothing was installed by "${command} --apply", or it has gone back`
  return new Map<string, ControlHandler>([
    [
      'GET /v1/policy',
      async () => {
        const text = await router.snippet(await agent.policyPlan())
        return { status: 200, body: { apiVersion, kind: 'RouterPolicy', text } }
      },
    ],
    [
      'POST /v1/policy',
      async (_, body) => {
        const { seconds } = requestOf(policyChangeRequestSchema, body)
        const commit = agent.southbound?.desk?.commits.pending
        if (commit)
          return problem(409, `${commit.id} of an AI agent is pending; ask again when it is confirmed or taken back`)
        const frozen = agent.intents?.desk.policyRefusal(operator)
        if (frozen !== undefined) return forbids(frozen)
        return agent.policyChanges.apply(seconds).then((applied) => {
          if (applied.state === 'in-place') return answer('in-place')
          if (applied.state === 'ending') return problem(409, 'the agent ends')
          const goesBackAt = timeOf(applied.goesBackAt)
          if (applied.state === 'applied') return answer('pending', { installed: [...applied.installed], goesBackAt })
          const pending = `a change of the policy is pending, and goes back at ${goesBackAt}`
          return problem(409, `${pending}: "${command} --confirm" keeps it, "${command} --revert" takes it back before`)
        }, refusal)
      },
    ],
    [
      'POST /v1/policy/confirmation',
      () =>
        agent.policyChanges
          .confirm()
          .then((state) => (state === 'confirmed' ? answer(state) : problem(409, nothing)), refusal),
    ],
    [
      'DELETE /v1/policy',
      () =>
        agent.policyChanges
          .revert()
          .then((state) => (state === 'reverted' ? answer(state) : problem(409, nothing)), refusal),
    ],
  ])
}

/** What the router, or its driver, says to a change. */
function refusal(error: unknown): ControlAnswer {
  if (!(error instanceof RouterError)) throw error
  return problem(error.code === 'unreachable' ? 503 : 409, error.message)
}
