/** Three-valued logic, ordered so that AND is the smaller and OR the larger of two. */
export type Ternary = 0 | 1 | 2

export const NO = 0
export const MAYBE = 1
export const YES = 2

export function not(value: Ternary): Ternary {
  return (2 - value) as Ternary
}

export function negateIf(negated: boolean, value: Ternary): Ternary {
  return negated ? not(value) : value
}

export function and(a: Ternary, b: Ternary): Ternary {
  return a < b ? a : b
}

export function or(a: Ternary, b: Ternary): Ternary {
  return a > b ? a : b
}

export function definite(value: boolean): Ternary {
  return value ? YES : NO
}
