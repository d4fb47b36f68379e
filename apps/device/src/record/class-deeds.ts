/** What was done about a traffic class, for the record. @module */
import { controller, operator } from '@vagus/api/actor'
import { steeringOwner } from '@vagus/api/steering'
import type { Actuation } from '@vagus/bgp/actuation'
import type { DeviceDeed } from './device-record.ts'

export const setDeed = (one: Actuation, place: string): DeviceDeed => ({
  event: 'class.set',
  subject: one.prefix,
  fields: { id: one.id, interface: place, class: one.class, owner: one.owner },
  by: askerOf(one),
})

/** @param why in one word; only whoever asked for it undoes it */
export const endedDeed = (one: Actuation, why: string): DeviceDeed => ({
  event: 'class.ended',
  subject: one.prefix,
  fields: { id: one.id, class: one.class, owner: one.owner, why },
  by: askerOf(one),
})

/** Who may use the control socket is the operator; what was negotiated has an owner of its own. */
const askerOf = ({ owner }: Actuation) => (owner === steeringOwner ? controller : operator)
