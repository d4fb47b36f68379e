/** What became of an address, in a sentence and for the record. @module */
import { formatAddress } from '@vagus/address'
import type { AddressNews } from '@vagus/api/telemetry'
import type { EdgeEffect } from '@vagus/mobility'
import type { DeviceDeed } from '../record/device-record.ts'
import { timeOf } from '../time-of-day.ts'

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

/** @param now milliseconds of the steady clock */
export const newsOf = (
  { what, attached: { address, id, nextHop, sequence } }: Happened,
  { number, link, now }: { readonly number: number; readonly link: string; readonly now: number },
): AddressNews['items'][number] => ({
  number,
  at: timeOf(now),
  what,
  address,
  agent: id,
  interface: link,
  nextHop: formatAddress(nextHop),
  sequence,
})
