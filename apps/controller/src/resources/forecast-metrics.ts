/** What /metrics tells of forecasts, and of how true they were. @module */
import type { Config } from '@vagus/api'
import type { LinkForecasts } from '../forecast/link-forecasts.ts'
import type { Metric } from '@vagus/signals'

export function forecastMetrics(
  links: Config['links'],
  forecasts: Pick<LinkForecasts, 'chancesOf' | 'grades' | 'lessons'>,
): readonly Metric[] {
  const { came, stayedAway } = forecasts.lessons
  const perGrade = (value: (grade: LinkForecasts['grades'][number]) => number): Metric['samples'] =>
    forecasts.grades.map((grade) => {
      return { labels: { tenth: (Math.min(9, Math.floor(grade.chance * 10)) / 10).toFixed(1) }, value: value(grade) }
    })
  return [
    {
      name: 'vagus_link_full_chance',
      type: 'gauge',
      help: 'Chance that the link is congested within 30 minutes, 0 to 1; absent while it is not known.',
      samples: links.flatMap((link) =>
        Object.entries(forecasts.chancesOf(link)).flatMap(([direction, value]) =>
          value === null ? [] : [{ labels: { link: link.name, direction }, value }],
        ),
      ),
    },
    {
      name: 'vagus_forecast_lessons_total',
      type: 'counter',
      help: 'What forecasts were learned from: loads that reached a level within 30 minutes, and that did not.',
      samples: Object.entries({ came, stayedAway }).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: 'vagus_forecast_said',
      type: 'gauge',
      help: 'Forecasts whose 30 minutes are over, by tenths of the chance; the oldest count less.',
      samples: perGrade(({ said }) => said),
    },
    {
      name: 'vagus_forecast_came_share',
      type: 'gauge',
      help: 'The part of them that came true: about the chance that was said.',
      samples: perGrade(({ came: part }) => part),
    },
  ]
}
