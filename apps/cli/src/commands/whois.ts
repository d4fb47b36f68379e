/** `vagus whois`: who is at an address, or what is known of an agent, with the evidence for each line. @module */
import type { Whois } from '@vagus/api/whois'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import type { Options } from '../option.ts'
import { whoisText } from '../whois/whois-text.ts'

const options = {
  at: {
    type: 'time',
    value: 'TIME',
    description: 'who was there then: RFC 3339 with Z or an offset, or local time as "2026-11-27 03:00" (default now)',
  },
  ...viewOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'whois',
  summary: 'which agent is at an address, whose it is, and who says so',
  effect: 'ro',
  examples: [
    { line: 'vagus whois 192.0.2.7:7601', does: 'the agent at that port' },
    { line: 'vagus whois 192.0.2.7', does: 'all agents of that host' },
    { line: "vagus whois 192.0.2.7 --at '2026-11-27 03:00'", does: 'who was there that night' },
    { line: 'vagus whois writer', does: 'owner, roles, key, addresses, other names; also an id or a device' },
    { line: 'vagus whois A-1017', does: 'by the serial number of its box, or what other networks call it' },
  ],
  arguments: [
    {
      name: 'WHO',
      description:
        'an address, with or without its port: 192.0.2.7, 192.0.2.7:7601, [2001:db8::7]:7601; or a name, an id, a device, a serial number, a SPIFFE ID and the like',
      presence: 'required',
    },
  ],
  options,
  async run(call) {
    let isKnown = false
    const exit = await view<Whois>(call, {
      ask: async (client) => {
        const answer = await client.get<Whois>('Whois', '/v1/whois', { asked: call.words[0]!, at: call.values.at })
        isKnown = answer.agents.length > 0
        return answer
      },
      show: whoisText,
      next: nextOf,
    })
    return exit === exitCode.ok && !isKnown ? exitCode.failed : exit
  },
})

function nextOf({ agents, is, at, keptSince }: Whois): string {
  const [first] = agents
  if (first !== undefined) return `vagus flow top --by agent · vagus agent show ${first.name ?? first.id}`
  if (at < keptSince) return `vagus whois … --at ${keptSince}   (nothing is known of before)`
  return is === 'address' ? 'vagus agent ls · vagus flow top --filter host=ADDRESS' : 'vagus agent ls · vagus join ls'
}
