/** `vagus bgp peers`: sessions of a speaker, what they carry and why the last one ended. @module */
import type { BgpPeer, BgpPeerList } from '@vagus/api'
import { deviceOption, deviceWords, whereAgentIs, whoseNames } from '../bgp/bgp-options.ts'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { agoText, countText } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'bgp peers',
  summary: 'BGP sessions of a device agent',
  effect: 'ro',
  examples: [
    { line: 'vagus bgp peers --device pe-1', does: 'one line per peer' },
    { line: 'vagus bgp peers --device pe-1 -o wide', does: 'also families, messages and flaps' },
  ],
  options: { ...deviceOption, ...viewOptions },
  run: (call) =>
    view<BgpPeerList>(call, {
      ask: (client) =>
        client
          .get<BgpPeerList>('BgpPeerList', '/v1/bgp/peers', { device: call.values.device })
          .catch(orSay(whoseNames, whereAgentIs)),
      show: bgpPeersText,
      next: ({ items }) =>
        items.length === 0 ? '' : `vagus bgp adj-in ${items[0]!.name}${deviceWords(call.values.device)}`,
    }),
})

const plain: readonly Column[] = [
  { head: 'PEER', align: 'left', shrink: 8 },
  { head: 'ADDRESS', align: 'left', shrink: 15, leaves: 1 },
  { head: 'AS', align: 'right' },
  { head: 'STATE', align: 'left' },
  { head: 'SINCE', align: 'right' },
  { head: 'ROUTES IN', align: 'right' },
  { head: 'OUT', align: 'right' },
]
/** Shown only when a session has ended: otherwise the column would be empty. */
const ended: Column = { head: 'LAST ENDED BY', align: 'left', shrink: 10 }
const wide: readonly Column[] = [
  { head: 'HOLD', align: 'right' },
  { head: 'FAMILIES', align: 'left', shrink: 12 },
  { head: 'MSGS IN', align: 'right' },
  { head: 'MSGS OUT', align: 'right' },
  { head: 'FLAPS', align: 'right' },
  { head: 'FAULTS', align: 'right' },
]

export function bgpPeersText(list: BgpPeerList, { columns, paint, detail }: Canvas): string {
  if (list.items.length === 0) return 'the speaker has no peers'
  const isEnded = list.items.some(({ lastReason }) => lastReason !== null)
  const rows = list.items.map((peer): Cell[] => [
    peer.name,
    peer.address,
    String(peer.as),
    { text: peer.state, paint: peer.state === 'established' ? paint.good : paint.warn },
    agoText(peer.since, list.now),
    countsText(peer.received),
    announcedText(peer),
    ...(isEnded ? [peer.lastReason ?? ''] : []),
    ...(detail === 'wide' ? wideCells(peer) : []),
  ])
  const heads = [...plain, ...(isEnded ? [ended] : []), ...(detail === 'wide' ? wide : [])]
  return table(heads, rows, columns, paint.strong)
}

/** The sum of all families; names those whose routes no table shows. */
function countsText(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  const sum = countText(some.reduce((all, [, count]) => all + count, 0))
  const others = some.flatMap(([family]) => (/^ipv[46]-unicast$/.test(family) ? [] : [family]))
  return [sum, ...others].join(' ')
}

/** Nobody notices unsendable routes unless they are shown. */
const announcedText = ({ announced, unsendable }: BgpPeer): string =>
  countsText(announced) + (unsendable === 0 ? '' : `, ${countText(unsendable)} unsendable`)

const wideCells = ({ session, messagesIn, messagesOut, flaps, faults }: BgpPeer): Cell[] => [
  session === null ? '' : `${session.holdTime} s`,
  session?.families.join(' ') ?? '',
  countText(messagesIn),
  countText(messagesOut),
  countText(flaps),
  countText(faults),
]
