/** A router of sets of lines: a line takes the place of another, a context comes with its lines and goes with them. @module */
import { type Change, type Config, type Edit, keyOf, type Path, pathText, placeOf, undoOf } from '../src/index.ts'

const placesOf = (path: Path): string => path.map(placeOf).join('\n')

export class PaperRouter {
  #paths: Map<string, Path>

  constructor(config: Config) {
    this.#paths = new Map([...config.values()].map((path) => [placesOf(path), path]))
  }

  get config(): Config {
    return new Map([...this.#shown()].map((path) => [keyOf(path), path]))
  }

  /** In no order, as paths. */
  get lines(): readonly string[] {
    return [...this.#shown()].map(pathText).toSorted()
  }

  take(edits: readonly Edit[]): void {
    for (const { context, line } of edits) {
      for (let depth = 1; depth <= context.length; depth++) this.#set(context.slice(0, depth))
      if (line.startsWith('no ')) this.#remove([...context, line.slice(3)])
      else this.#set([...context, line])
    }
  }

  /** As the device agent does it. */
  undo(change: Change): void {
    for (let round = 0; round < 3; round++) {
      this.take(undoOf(change, this.config).back)
      this.take(undoOf(change, this.config).away)
    }
  }

  /** A context that is opened anew by another action has the lines that it had. */
  #set(path: Path): void {
    this.#paths.set(placesOf(path), path)
  }

  #remove(path: Path): void {
    const place = placesOf(path)
    this.#paths.delete(place)
    for (const key of this.#paths.keys()) if (key.startsWith(`${place}\n`)) this.#paths.delete(key)
  }

  /** With contexts as they are opened now; an interface without lines is not printed. */
  *#shown(): Generator<Path> {
    for (const [place, path] of this.#paths) {
      const isEmpty = ![...this.#paths.keys()].some((key) => key.startsWith(`${place}\n`))
      if (isEmpty && path[0]!.startsWith('interface ') && path.length === 1) continue
      yield path.map((line, at) => this.#paths.get(placesOf(path.slice(0, at + 1)))?.at(-1) ?? line)
    }
  }
}
