/** What a sentence says of a private line: "order 20 Mbit/s from berlin to munich for 1 h". Pure. @module */
import type { LineRequest } from '@vagus/api/lines'

/** Per second; decimal, as rates of links are. */
const rates: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9 }
const times: Readonly<Record<string, string>> = { s: 's', m: 'm', h: 'h', d: 'd' }

/** Only what it says. Numbers are short here, so that no text costs more time than its length. @param sites names, which are found whatever their case */
export function lineIn(text: string, sites: readonly string[]): Partial<LineRequest> {
  const site = (after: 'from' | 'to'): string | undefined => {
    const [, name] = new RegExp(`\\b${after}\\s+["“]?([\\p{L}\\p{N}][\\p{L}\\p{N}._-]*)`, 'iu').exec(text) ?? []
    if (name === undefined) return undefined
    const plain = name.replace(/[.,]$/, '')
    return sites.find((one) => one.toLowerCase() === plain.toLowerCase()) ?? plain
  }
  const [, rate, unit] = /(\d{1,15}(?:[.,]\d{1,15})?)\s{0,9}([kmg])(?:bit(?:\/s|ps)?|bps|b\/s)?\b/i.exec(text) ?? []
  const [, length, long] =
    /\bfor\s+(\d{1,15}(?:\.\d{1,15})?)\s{0,9}(s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?)?\b/i.exec(text) ?? []
  const [, delay] = /(\d{1,15}(?:[.,]\d{1,15})?)\s{0,9}ms\b/i.exec(text) ?? []
  const [start] = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/.exec(text) ?? []
  const [from, to] = [site('from'), site('to')]
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(unit === undefined ? {} : { bitsPerSecond: numberOf(rate!) * rates[unit.toLowerCase()]! }),
    ...(long === undefined ? {} : { for: durationOf(Number(length), times[long.toLowerCase()]!) }),
    ...(delay === undefined ? {} : { maxDelayMs: numberOf(delay) }),
    ...(start === undefined ? {} : { start }),
  }
}

const numberOf = (text: string): number => Number(text.replace(',', '.'))

/** Whole seconds at least: durations have no fractions. */
function durationOf(length: number, unit: string): string {
  if (Number.isInteger(length)) return `${length}${unit}`
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit]!
  return `${Math.max(1, Math.round(length * seconds))}s`
}
