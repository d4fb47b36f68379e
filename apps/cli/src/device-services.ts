/** Options by which links of a router serve calls by the role of their caller. @module */
import type { AgentOptions } from '@vagus/device'
import type { Options, ValuesOf } from './option.ts'

export const deviceServiceOptions = {
  services: {
    type: 'words',
    value: 'LIST',
    description: 'interfaces to other routers that do the same: queues for each service there; all others are edges',
  },
  'services-of': {
    type: 'text',
    value: 'ID',
    description: 'owner of the fleet whose members may mark their packets, did:key:z6Mk…; its roster is at --api',
  },
} as const satisfies Options
type Values = ValuesOf<typeof deviceServiceOptions> & { readonly api?: string | undefined }

/** @throws {RangeError} that says what would be right */
export async function servicesOf({
  services: links,
  'services-of': owner,
  api,
}: Values): Promise<Pick<AgentOptions, 'services'>> {
  if (links === undefined) {
    if (owner !== undefined) throw new RangeError('--services-of needs --services LIST, the links, such as eth1,eth2')
    return {}
  }
  if (owner === undefined)
    throw new RangeError('--services needs --services-of ID: the owner of the fleet, did:key:z6Mk…')
  const { isAgentId } = await import('@vagus/identity')
  if (!isAgentId(owner))
    throw new RangeError(`--services-of must be an id, did:key:z6Mk…, as "vagus id show" prints it, got "${owner}"`)
  if (api === undefined)
    throw new RangeError('--services needs --api ADDRESS: the controller that has the roster and the agents')
  return { services: { links, owner, api } }
}
