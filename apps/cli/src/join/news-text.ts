/** How a box is getting on, for somebody who waits beside it. @module */
import type { Exchange, News } from '@vagus/brski/pledge'
import { durationText } from '../format.ts'
import { printable } from '../table.ts'

const waitsFor: Readonly<Partial<Record<Exchange, (serial: string) => string>>> = {
  voucher: (serial) => `the operator of the domain has to accept it there: vagus join accept ${serial}`,
  settings: (serial) =>
    `the domain does not say yet which of its devices this is; there: vagus join accept ${serial} --device NAME`,
}

const reached = {
  voucher: 'begins',
  enrol: 'has a voucher of its maker: it knows its domain',
  settle: 'has a certificate of the domain',
  member: 'is a member',
} as const

/** @param serial of the box */
export function newsText(news: News, serial: string): string {
  if (news.what === 'connecting') return `connects with the registrar, by ${news.place}`
  if (news.what === 'failed') return failedText(news)
  if (news.what === 'reached') return reached[news.stage]
  if (news.what === 'renewed') return 'has renewed its certificate'
  if (news.what === 'begins anew') return `begins anew: ${news.because}`
  const what = waitsFor[news.exchange]?.(serial) ?? 'the registrar is not ready yet'
  return `waits: ${what} (asks again in ${seconds(news.milliseconds)})`
}

function failedText({ place, because, nextInMs }: Extract<News, { readonly what: 'failed' }>): string {
  const next = Number.isFinite(nextInMs) ? `; tries again in ${seconds(nextInMs)}` : ''
  return `${place} did not help: ${printable(because)}${next}`
}

const seconds = (milliseconds: number): string => durationText(Math.max(1, Math.round(milliseconds / 1000)))
