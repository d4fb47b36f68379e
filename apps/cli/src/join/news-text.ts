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
  switch (news.what) {
    case 'connecting':
      return `connects with the registrar, by ${news.place}`
    case 'failed': {
      const next = Number.isFinite(news.nextInMs) ? `; tries again in ${seconds(news.nextInMs)}` : ''
      return `${news.place} did not help: ${printable(news.because)}${next}`
    }
    case 'waiting': {
      const what = waitsFor[news.exchange]?.(serial) ?? 'the registrar is not ready yet'
      return `waits: ${what} (asks again in ${seconds(news.milliseconds)})`
    }
    case 'reached':
      return reached[news.stage]
    case 'renewed':
      return 'has renewed its certificate'
    case 'begins anew':
      return `begins anew: ${news.because}`
  }
}

const seconds = (milliseconds: number): string => durationText(Math.max(1, Math.round(milliseconds / 1000)))
