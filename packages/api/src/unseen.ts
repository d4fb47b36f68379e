/** Characters that nobody sees: whoever hides instructions for a model hides them there. @module */

/**
 * Controls, bidirectional marks, private and half characters, line separators, and whatever Unicode says is not shown: marks,
 * fillers, tags, variation selectors.
 */
export const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu

/** The same but tabs and ends of lines, which texts of several lines have. */
const unseenInText = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** A copy of what was JSON, with such texts in it. */
export function shownTexts<Value>(value: Value): Value {
  const shown = (each: unknown): unknown => {
    if (typeof each === 'string') return shownText(each)
    if (Array.isArray(each)) return each.map(shown)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([key, one]) => [key, shown(one)]))
  }
  return shown(value) as Value // strings stay strings
}

/** A text of several lines in which each run of such characters is one U+FFFD, so that it shows. */
export const shownText = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(unseenInText, '\ufffd')
    .replaceAll(/\ufffd{2,}/g, '\ufffd')
