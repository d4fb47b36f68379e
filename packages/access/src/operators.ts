/**
 * What the operators of Cedar do with values (Cedar, "Operators"). Each takes closures and makes one. Operands are evaluated
 * from left to right, and the first failure is the result; what need not be evaluated is not.
 * @module
 */
import type { Request } from './entity.ts'
import { calculate, isLong, minus, negate, plus, times } from './long.ts'
import { matches, type Pattern } from './pattern.ts'
import type { Comparison, Method } from './syntax.ts'
import { CedarRecord, CedarSet, equalValues, Failure, type Outcome, type Value, wrongType } from './value.ts'

export type Evaluate = (request: Request) => Outcome

export function always(value: Value): Evaluate {
  return () => value
}

/** `&&` stops at the first false, `||` at the first true. */
export function junction(terms: readonly Evaluate[], kind: 'and' | 'or'): Evaluate {
  const ends = kind === 'or'
  return (request) => {
    for (const term of terms) {
      const value = term(request)
      if (value === ends) return ends
      if (value !== !ends) return wrongType(value, 'a boolean')
    }
    return !ends
  }
}

export function not(of: Evaluate): Evaluate {
  return (request) => {
    const value = of(request)
    return typeof value === 'boolean' ? !value : wrongType(value, 'a boolean')
  }
}

export function choice(condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (request) => {
    const value = condition(request)
    return value === true ? yes(request) : value === false ? no(request) : wrongType(value, 'a boolean')
  }
}

export function equality(left: Evaluate, right: Evaluate): Evaluate {
  return (request) => {
    const a = left(request)
    if (a instanceof Failure) return a
    const b = right(request)
    return b instanceof Failure ? b : equalValues(a, b)
  }
}

const comparisons: Readonly<Record<Comparison, (a: number | bigint, b: number | bigint) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

export function comparison(operator: Comparison, left: Evaluate, right: Evaluate): Evaluate {
  const compare = comparisons[operator]
  return (request) => {
    const a = left(request)
    if (a instanceof Failure) return a
    const b = right(request)
    return isLong(a) && isLong(b) ? compare(a, b) : wrongType(isLong(a) ? b : a, 'a long')
  }
}

export function negation(of: Evaluate): Evaluate {
  return (request) => negate(of(request))
}

export function sum(
  first: Evaluate,
  rest: readonly { readonly operator: '+' | '-'; readonly term: Evaluate }[],
): Evaluate {
  return (request) => {
    let result = first(request)
    for (const { operator, term } of rest) {
      if (result instanceof Failure) return result
      result = calculate(operator === '+' ? plus : minus, result, term(request))
    }
    return result
  }
}

export function product([first, ...rest]: readonly Evaluate[]): Evaluate {
  return (request) => {
    let result = first!(request)
    for (const factor of rest) {
      if (result instanceof Failure) return result
      result = calculate(times, result, factor(request))
    }
    return result
  }
}

export function likeness(of: Evaluate, pattern: Pattern): Evaluate {
  return (request) => {
    const value = of(request)
    return typeof value === 'string' ? matches(value, pattern) : wrongType(value, 'a string')
  }
}

export function set(elements: readonly Evaluate[]): Evaluate {
  return (request) => {
    const values: Value[] = []
    for (const element of elements) {
      const value = element(request)
      if (value instanceof Failure) return value
      values.push(value)
    }
    return new CedarSet(values)
  }
}

export function record(members: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (request) => {
    const values = new Map<string, Value>()
    for (const [name, member] of members) {
      const value = member(request)
      if (value instanceof Failure) return value
      values.set(name, value)
    }
    return new CedarRecord(values)
  }
}

export function method(name: Method, of: Evaluate, argument?: Evaluate): Evaluate {
  return (request) => {
    const receiver = of(request)
    if (receiver instanceof Failure) return receiver
    const given = argument?.(request)
    if (given instanceof Failure) return given
    if (!(receiver instanceof CedarSet)) return wrongType(receiver, 'a set')
    if (given === undefined) return receiver.size === 0
    if (name === 'contains') return receiver.has(given)
    if (!(given instanceof CedarSet)) return wrongType(given, 'a set')
    return name === 'containsAll' ? receiver.hasAll(given) : receiver.hasAny(given)
  }
}
