/** What became of an address, in a sentence and for the record. @module */
import { formatAddress } from '@vagus/address'
import type { EdgeEffect } from '@vagus/mobility'
import type { DeviceDeed } from '../record/device-record.ts'

type Happened = Extract<EdgeEffect, { type: 'happened' }>

export function happeningText({ what, attached: { address, nextHop, sequence } }: Happened): string {
  const here = `${address} by ${formatAddress(nextHop)}`
  if (what === 'attached') return `${here} is attached, move ${sequence}`
  if (what === 'moved') return `${address} has moved to another edge`
  if (what === 'detached') return `${here} has detached`
  if (what === 'lapsed') return `${here} has not renewed its lease`
  return `${address} is held where it is: it moved too often, perhaps because two hosts have its key`
}

export const deedOf = ({ what, attached }: Happened, link: string): DeviceDeed => ({
  event: `address.${what}`,
  subject: attached.address,
  fields: { interface: link, nextHop: formatAddress(attached.nextHop), sequence: attached.sequence },
  by: { kind: 'agent', id: attached.id, name: null },
})
