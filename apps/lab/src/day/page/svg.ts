/** The few elements of SVG that the charts are made of, as text. Text content is to be `escaped` where others wrote it. @module */

type Attributes = Readonly<Record<string, string | number>>

const written = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? Number(value.toFixed(1)) : escaped(value)}"`)
    .join('')

export const line = (attributes: Attributes): string => `<line${written(attributes)}/>`
export const rect = (attributes: Attributes): string => `<rect${written(attributes)}/>`
export const circle = (attributes: Attributes): string => `<circle${written(attributes)}/>`
export const text = (attributes: Attributes, content: string): string => `<text${written(attributes)}>${content}</text>`

/** A line through all of them; nothing without any. */
export function path(points: readonly (readonly [x: number, y: number])[], name: string): string {
  if (points.length === 0) return ''
  const steps = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
  return `<path class="${name}" d="${steps.join('')}"/>`
}

/** `label`: what it shows, for those who do not see it. */
export const svg = (width: number, height: number, label: string, parts: readonly string[]): string =>
  `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">${parts.join('')}</svg>`

type Range = readonly [from: number, to: number]

export const scale =
  ([from, to]: Range, [start, end]: Range) =>
  (value: number): number =>
    start + ((value - from) / (to - from)) * (end - start)

/** Of powers of ten; what is beyond its ends stands at them. */
export function logScale([from, to]: Range, range: Range): (value: number) => number {
  const linear = scale([Math.log10(from), Math.log10(to)], range)
  return (value) => linear(Math.log10(Math.min(to, Math.max(from, value))))
}

/** Text as content or attribute of HTML and SVG. */
export const escaped = (content: string): string => content.replaceAll(/[&<>"']/g, (one) => `&#${one.codePointAt(0)};`)
