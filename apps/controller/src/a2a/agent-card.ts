/** What the network says of itself as an A2A agent (A2A 1.0 §4.4). @module */
import { AgentCard } from '@a2a-js/sdk'
import type { Skill } from './skill.ts'

/** Where its operations are, below the agent. */
export const a2aPath = '/a2a'

export const networkCard = (
  version: string,
  skills: readonly Skill[],
  { push }: { readonly push: boolean },
): AgentCard =>
  AgentCard.fromJSON({
    name: 'network',
    description:
      'The network of this fleet. It takes tasks: private lines, incidents to follow, proposals to steer traffic, and ' +
      'questions about traffic. Name one in metadata.request_type; metadata.priority and metadata.response_deadline are honoured.',
    version,
    // Side-cars put their own address before the path: this one is of no host, so that no address here is told.
    supportedInterfaces: [
      { url: `http://network.invalid${a2aPath}`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ],
    capabilities: { streaming: true, pushNotifications: push },
    defaultInputModes: ['application/json', 'text/plain'],
    defaultOutputModes: ['application/json', 'text/plain'],
    skills: skills.map(({ id, card: { name, description, tags, examples } }) => ({
      id,
      name,
      description,
      tags,
      examples,
    })),
  })
