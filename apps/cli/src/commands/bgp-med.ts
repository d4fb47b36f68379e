/** `vagus bgp med PREFIX`: changes the MED or prepending of a prefix on one link for a limited time. @module */
import type { ActuationPlan, ActuationReceipt, ActuationRequest, DeviceAgent, DevicePolicy } from '@vagus/api/telemetry'
import { agentOf, agentOptions, endOfLink, orSee, ownerOf, policyWords, showWords } from '../bgp/agent.ts'
import { policyText } from '../bgp/policy-text.ts'
import { classText, toldText } from '../bgp/told-text.ts'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'bgp med',
  summary: 'change MED or prepending of a prefix on a link, for a time',
  effect: 'rw',
  examples: [
    {
      line: 'vagus bgp med 10.16.0.0/16 --link pe-1-tr-1 --class 1 --for 60s --dry-run',
      does: 'shows what it would do',
    },
    { line: 'vagus bgp med 10.16.0.0/16 --link pe-1-tr-1 --class 1 --for 60s', does: 'does it; it ends by itself' },
  ],
  arguments: [{ name: 'PREFIX', description: 'a prefix that the router already has a route to', presence: 'required' }],
  options: {
    link: {
      type: 'text',
      value: 'LINK',
      presence: 'required',
      description: 'link to another AS: its name in "vagus link ls", or its interface when only --socket is given',
    },
    class: {
      type: 'count',
      value: 'N',
      min: 1,
      max: 8,
      presence: 'required',
      description: '1..6: MED 10, 50, 100, 200, 500, 1000; 7 and 8: prepend the own AS once and three times',
    },
    for: { type: 'duration', value: 'TIME', default: '60s', description: 'how long it holds' },
    'dry-run': { type: 'flag', description: 'only show what it would do' },
    owner: { type: 'text', value: 'NAME', description: 'only this owner may change or undo it (default: you)' },
    ...agentOptions,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal } = call
    if (values.link === undefined || values.class === undefined) {
      throw new Failure(exitCode.usage, '"vagus bgp med" needs --link LINK and --class N', 'the links: vagus link ls')
    }
    const { device, interface: name } = await endOfLink(call, values.link)
    const { socket } = values
    const place = { device, socket }
    const agent = await agentOf(call, device)
    const owner = values.owner ?? ownerOf(call)
    const body: ActuationRequest = {
      owner,
      prefix: words[0]!,
      interface: name,
      class: values.class,
      seconds: values.for,
    }
    if (values['dry-run']) {
      const change = { method: 'POST', path: '/v1/bgp/plan', body } as const
      const plan = await orSee(place, body.prefix, agent.change<ActuationPlan>('ActuationPlan', change))
      const policy = await policyOf(agent)
      terminal.out(values.json ? jsonText(plan) : `${planText(plan, values.link, values.for, policy)}\n`)
      return exitCode.ok
    }
    const change = { method: 'POST', path: '/v1/bgp/actuations', body } as const
    const receipt = await orSee(place, body.prefix, agent.change<ActuationReceipt>('ActuationReceipt', change))
    const policy = receipt.verifiedAfterMs === null ? await policyOf(agent) : undefined
    terminal.out(values.json ? jsonText(receipt) : `${receiptText(receipt, { link: values.link, socket, policy })}\n`)
    return receipt.verifiedAfterMs === null ? exitCode.failed : exitCode.ok
  },
})

type Policy = DevicePolicy

/** Tells whether the class can have an effect; `undefined` when the agent does not say, which is no failure here. */
const policyOf = async (agent: Client): Promise<Policy | undefined> =>
  agent.get<DeviceAgent>('DeviceAgent', '/v1/agent').then(
    ({ policy }) => policy,
    () => undefined,
  )

/** `policy`: `undefined` when the agent did not say. */
export function planText(plan: ActuationPlan, link: string, seconds: number, policy: Policy | undefined): string {
  const { prefix, device, nextHop, communities, before, replaces } = plan
  return [
    `would ask ${device} for class ${plan.class.number} of ${prefix} on ${link}, for ${durationText(seconds)}`,
    `  class       ${classText(plan.class)}`,
    `  announced   its own route, next hop ${nextHop ?? 'as it is'}, with ${communities.join(' ')}`,
    ...(before.length === 0 ? ['  now         not announced to any neighbour there'] : []),
    ...before.map((told) => `  now         ${toldText(told)}`),
    `  policy      ${policy === undefined ? 'unknown' : policyText(policy)}`,
    ...(replaces === null ? [] : [`  replaces    ${replaces}`]),
    '  ends        by itself, with the session, or when the router loses its own route',
  ].join('\n')
}

/** `socket`: set when it named the agent. `policy`: set when the class was not seen. */
export function receiptText(
  receipt: ActuationReceipt,
  {
    link,
    socket,
    policy,
  }: { readonly link: string; readonly socket?: string | undefined; readonly policy?: Policy | undefined },
): string {
  const { actuation, device, before, after, verifiedAfterMs } = receipt
  const whose = socket === undefined ? `--device ${device}` : `--socket ${socket}`
  const isUnknown = after.some(({ unknown }) => unknown !== undefined)
  // BIRD does not show its filters: a policy that is in place may be called by none.
  const look =
    policy?.state === 'in-place'
      ? `do the export filters call it? ${policyWords({ device, socket })}`
      : showWords({ device, socket })
  const verdict =
    verifiedAfterMs === null
      ? `NOT ${isUnknown ? 'verified' : 'seen at the neighbours'}; policy ${policy === undefined ? 'unknown' : policyText(policy)}: ${look}`
      : `seen at every neighbour after ${verifiedAfterMs} ms`
  return [
    `${actuation.prefix} on ${link}: class ${actuation.class} until ${actuation.expiresAt}`,
    ...before.map((told) => `  before      ${toldText(told)}`),
    ...(after.length === 0 ? ['  now         not announced to any neighbour there'] : []),
    ...after.map((told) => `  now         ${toldText(told)}`),
    `  ${verdict}`,
    `  undo        vagus bgp undo '${actuation.id}' ${whose} --owner ${actuation.owner}`,
  ].join('\n')
}
