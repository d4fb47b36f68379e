/** Agents heard on the controller's links. @module */
import { apiVersion, type NeighbourList } from '@vagus/api'
import { type Neighbour, type Neighbourhood, textOf } from '@vagus/asa'
import { timeText } from './windows.ts'

export function neighboursOf(neighbourhood: Neighbourhood | undefined, now: number): NeighbourList {
  return {
    apiVersion,
    kind: 'NeighbourList',
    now: timeText(now),
    interfaces: [...(neighbourhood?.interfaces ?? [])].sort(),
    items: (neighbourhood?.neighbours ?? []).map((heard) => ({
      agent: heard.cap.agent,
      skills: [...heard.cap.skills],
      protocols: [...heard.cap.protocols],
      interface: heard.interface,
      locator: locatorText(heard),
      firstAt: timeText(heard.firstAt),
      lastAt: timeText(heard.lastAt),
      expiresAt: timeText(heard.expiresAt),
    })),
  }
}

function locatorText({ locator, interface: zone }: Neighbour): string | null {
  return locator !== undefined && 'address' in locator ? `[${textOf(locator.address, zone)}]:${locator.port}` : null
}
