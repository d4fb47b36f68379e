/**
 * Removes the first elements of a list, mostly all of a short one. `splice` would create a list of the removed ones.
 * @module
 */

export function dropFirst(list: unknown[], count: number): void {
  if (count === list.length) while (list.length > 0) list.pop()
  else if (count === 1) list.shift()
  else if (count > 1) list.splice(0, count)
}
