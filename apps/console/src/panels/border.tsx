/** One border: its links beside the prefixes that enter over them. */
import type { Border as Data } from '@vagus/api/steering'
import { formatSpan, withUnitsKept } from '../figures/format.ts'
import { commandAbout } from '../state/commands.ts'
import { Panel } from '../ui/panel.tsx'
import { BorderLinks } from './border-links.tsx'
import { BorderPrefixes } from './border-prefixes.tsx'

export function Border({ border }: { readonly border: Data }) {
  const { neighbour, as, stepSeconds, horizonSeconds, links, problem, autonomy } = border
  return (
    <Panel
      title={`Border to ${neighbour}`}
      span={12}
      command={commandAbout('border', neighbour)}
      about={
        <>
          {as !== null && `AS ${as} · `}
          <span title="what enters, as a mean of this long">mean of {formatSpan(stepSeconds)}</span> ·{' '}
          <span title="a link above its threshold is likely to be full within this time">
            looks {formatSpan(horizonSeconds)} ahead
          </span>
        </>
      }
    >
      <p class="standing">
        <b>{autonomy.acts ? 'Acts by itself' : 'Waits for approval'}</b>: {withUnitsKept(autonomy.because)}
      </p>
      {problem !== null && <p class="kept">Nothing can be proposed at present: {withUnitsKept(problem)}.</p>}
      <div class="border-parts">
        <BorderLinks neighbour={neighbour} links={links} />
        <BorderPrefixes border={border} />
      </div>
    </Panel>
  )
}
