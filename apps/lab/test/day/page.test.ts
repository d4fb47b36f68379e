import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { figuresOf } from '../../src/day/figures.ts'
import { pageOf } from '../../src/day/page/page.ts'
import { escaped } from '../../src/day/page/svg.ts'
import { valuesText } from '../../src/day/values.ts'
import { recorded } from './recorded.ts'

describe('the page of a recorded day', () => {
  const day = recorded()
  const report = { ...day, figures: figuresOf(day.runs) }
  const page = pageOf(report)

  test('has every figure with its value, what stands beside it, and its aim', () => {
    for (const { what, unit, ours, beside, aim } of report.figures) {
      const row = page.split('<tr>').find((one) => one.includes(`<th scope="row">${escaped(what)}</th>`))
      assert.ok(row !== undefined, what)
      assert.ok(row.includes(`<strong>${valuesText(ours, unit)}</strong>`), what)
      if (beside !== null) assert.ok(row.includes(`${valuesText(beside.values, unit)} <small>`), what)
      if (aim !== null) assert.ok(row.includes(aim.text) && row.includes(aim.met === true ? '✓' : '✗'), what)
    }
  })

  test('of several runs it has medians with their range', () => {
    const [run] = day.runs
    const slower = { ...run!, steer: { ...run!.steer!, firstProposal: { id: 'x', after: 60_000 } } }
    const figures = figuresOf([run!, slower, slower])
    const { ours } = figures.find(({ what }) => what === 'from the surge to a proposal')!
    const several = pageOf({ ...report, figures, settings: { ...report.settings, repeat: 3 } })
    assert.ok(several.includes(`<strong>60.0 s</strong> <small>${(ours!.least / 1000).toFixed(1)}–60.0 s</small>`))
    assert.match(several, /Medians of 3 runs, with their range/)
  })

  test('cuts off no name of a moment at the right of a chart', () => {
    const named = [...page.matchAll(/<text x="([\d.]+)" y="[\d.]+" class="start">([^<]*)<\/text>/g)]
    assert.ok(named.length > 0)
    for (const [, x, what] of named) assert.ok(Number(x) + what!.length * 6 <= 760, what)
    assert.match(page, /class="before">surge over, then all killed</)
  })

  test('says with what, on what and when it was measured, and how to repeat it', () => {
    const { provenance, settings } = report
    for (const one of [provenance.commit!, provenance.kernel, provenance.cpus.model, `--seed ${settings.seed}`])
      assert.ok(page.includes(escaped(one)), one)
  })

  test('needs nothing from elsewhere: no script, no address that is loaded', () => {
    assert.doesNotMatch(page, /<script|<link rel="stylesheet"|@import|url\(|\bsrc=|javascript:|\son\w+=/i)
    assert.deepEqual(
      [...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to),
      ['data:,'],
    )
  })

  test('every element that is opened is closed, in order', () => {
    const empty = new Set(['meta', 'link', 'line', 'rect', 'circle', 'path', '!doctype'])
    const open: string[] = []
    for (const [, end, name] of page.replace(/<style>[^]*?<\/style>/, '').matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*>/gi)) {
      if (empty.has(name!)) continue
      if (end === '') open.push(name!)
      else assert.equal(open.pop(), name)
    }
    assert.deepEqual(open, [])
  })

  test('draws each course twice, for a screen and for a phone, with a name for those who do not see it', () => {
    const drawn = [...page.matchAll(/<svg viewBox="0 0 (\d+) \d+"[^>]* role="img" aria-label="([^"]+)"/g)]
    assert.deepEqual(
      drawn.map(([, width]) => width),
      ['760', '340', '760', '340', '760', '340'],
    )
    assert.ok(!/NaN|undefined|Infinity/.test(page))
    const roam = report.runs[0]!.roam!
    const [, gaps] = page.split('<h3>Gaps')
    assert.equal([...gaps!.split('</svg>')[0]!.matchAll(/<circle/g)].length, 2 * roam.incidents.length)
  })

  test('says when an aim was missed, and what did not come to its end; text of others is no markup', () => {
    const [figure, ...more] = report.figures
    const failures = [{ run: 1, part: 'line', problem: '<script>alert(1)</script> & "more"' }] as const
    const missed = pageOf({ ...report, failures, figures: [{ ...figure!, aim: { text: '0', met: false } }, ...more] })
    assert.match(missed, /class="bad">✗<\/span> \d+ of \d+ aims met, \d+ missed/)
    assert.ok(missed.includes('line, run 1: &#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;more&#34;'))
  })

  test('of a day in which nothing came to its end there is a page, too', () => {
    const failures = [{ run: 1, part: 'steer', problem: 'no room' }] as const
    const nothing = pageOf({ ...report, runs: [{}], figures: figuresOf([{}]), failures, substrate: null })
    assert.match(nothing, /0 of \d+ aims met, \d+ not measured/)
    assert.doesNotMatch(nothing, /<svg/)
  })
})
