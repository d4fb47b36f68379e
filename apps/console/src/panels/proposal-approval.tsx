/** Who approved a proposal, until when or why it ended, and what neighbours were told on each link. */
import { approverText, leasesByPrefix, toldChanges } from '@vagus/api/proposal-words'
import type { Approval as Data, Lease } from '@vagus/api/steering'
import { formatDateTime } from '../figures/clock.ts'
import { withUnitsKept } from '../figures/format.ts'
import { clock } from '../state/preferences.ts'

interface Props {
  readonly id: string
  readonly approval: Data
}

export function Approval({ id, approval }: Props) {
  const { at, until, endedAt, because } = approval
  const timeOf = (time: string): string => formatDateTime(Date.parse(time), clock.value)
  return (
    <>
      <p class="muted">
        By {approverText(approval)}, {timeOf(at)} ·{' '}
        {endedAt === null ? `in force until ${timeOf(until)}` : `ended ${timeOf(endedAt)}`}
        {because !== null && `: ${withUnitsKept(because)}`}
      </p>
      <table class="list loads agreed">
        <caption class="visually-hidden">What was agreed for {id}</caption>
        <thead>
          <tr>
            <th scope="col">prefix, link</th>
            <th scope="col" class="figure" title="what its device was asked for">
              MED
            </th>
            <th scope="col" title="each neighbour there, what it was told before, and what since">
              told
            </th>
          </tr>
        </thead>
        <tbody>
          {leasesByPrefix(approval).map((lease) => (
            <LeaseRow key={`${lease.prefix} ${lease.link}`} lease={lease} />
          ))}
        </tbody>
      </table>
    </>
  )
}

function LeaseRow({ lease }: { readonly lease: Lease }) {
  const { prefix, device, interface: name, link, med, after } = lease
  const changes = toldChanges(lease)
  return (
    <tr>
      <th scope="row" title={`at ${device} ${name}`}>
        <span class="mono">{prefix}</span>
        <br />
        {link}
      </th>
      <td class="figure" title={med === null ? 'nothing is set: its traffic is to enter here' : undefined}>
        {med ?? 'none'}
      </td>
      <td>
        {changes.length === 0 && 'no neighbour'}
        {changes.map(({ neighbour, before, after: then }) => (
          <div key={neighbour}>
            <span class="mono">{neighbour}</span>{' '}
            <span class="whole">
              {before}
              {after !== null && ` → ${then}`}
            </span>
          </div>
        ))}
      </td>
    </tr>
  )
}
