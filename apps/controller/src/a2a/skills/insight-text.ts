/** A sentence for an answer about traffic; the figures are beside it. Pure. @module */
import { rateText } from '@vagus/api/figures'
import type { TransferTimes } from '@vagus/api/transfers'

type Answer = Readonly<Record<string, unknown>>

export function insightText(question: string, answer: Answer): string {
  switch (question) {
    case 'matrix':
      return matrixText(answer)
    case 'ipv6-share':
      return ipv6Text(answer)
    case 'transfer-time':
      return transferText(answer)
    case 'top':
    case 'links':
      return `${list(answer, 'items').length} ${question === 'top' ? 'groups of flows, the largest first' : 'links'}`
    default:
      return 'the figures are beside this text'
  }
}

function matrixText(answer: Answer): string {
  const names = list(answer, 'names').map(String)
  const rows = list(answer, 'bitsPerSecond').map((row) => (Array.isArray(row) ? row.map(Number) : []))
  const cells = rows.flatMap((row, from) => row.map((rate, to) => ({ rate, from, to })))
  const [most] = cells.toSorted((one, other) => other.rate - one.rate)
  if (most === undefined || most.rate === 0) return `no traffic between ${names.length} sites was seen`
  const total = cells.reduce((sum, { rate }) => sum + rate, 0)
  return `${rateText(total)} in all; most, ${rateText(most.rate)}, from ${names[most.from]} to ${names[most.to]}`
}

function transferText(answer: Answer): string {
  const items = list(answer, 'items') as TransferTimes['items']
  const timeOf = (milliseconds: number | null): string =>
    milliseconds === null ? 'cannot be told' : `${(milliseconds / 1000).toPrecision(3)} s`
  const texts = items.map(({ to, milliseconds, because, line }) => {
    const withLine = line === null ? '' : `; with a line ${line.possible ? timeOf(line.milliseconds) : 'not possible'}`
    return `to ${to} ${timeOf(milliseconds)} (${because})${withLine}`
  })
  return `${Number(answer['octets'])} octets from ${String(answer['from'])}: ${texts.join('; ')}`
}

function ipv6Text(answer: Answer): string {
  const sum = (name: string): number => list(answer, name).reduce<number>((all, rate) => all + Number(rate ?? 0), 0)
  const [ipv4, ipv6] = [sum('ipv4'), sum('ipv6')]
  return ipv4 + ipv6 === 0
    ? 'no traffic was seen'
    : `${((ipv6 / (ipv4 + ipv6)) * 100).toFixed(1)} % of the traffic is IPv6`
}

const list = (answer: Answer, name: string): readonly unknown[] => {
  const value = answer[name]
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
