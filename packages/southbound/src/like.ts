/** How a text of the operator with `*` is compared, and with what. @module */

/**
 * Of a line as it is typed, as it is typed to be removed (which needs no value), or as the router prints it: then a context
 * of an allowed line may come with it.
 */
export type Matched = 'typed' | 'removed' | 'effect'

/** `*` is any text, also none. In time of the product of both lengths. */
export function isLike(glob: string, text: string): boolean {
  let [inGlob, inText, star, from] = [0, 0, -1, 0]
  while (inText < text.length) {
    if (glob[inGlob] === '*') [star, from, inGlob] = [inGlob, inText, inGlob + 1]
    else if (glob[inGlob] === text[inText]) [inGlob, inText] = [inGlob + 1, inText + 1]
    else if (star >= 0) {
      from++
      ;[inGlob, inText] = [star + 1, from]
    } else return false
  }
  return /^\**$/.test(glob.slice(inGlob))
}
