import {DISCOVERY_HOP_LIMIT, ICMPV6_TYPES} from '../protocol.ts'
import {ALWAYS, eachOption, type MatchTranslator, NEVER} from './context.ts'
import {parseNumber} from './numbers.ts'

/** As rules may name them; `ip6tables-save` prints numbers. */
const TYPE_NAMES: ReadonlyMap<string, number> = new Map([
  ['neighbour-solicitation', ICMPV6_TYPES.solicitation],
  ['neighbor-solicitation', ICMPV6_TYPES.solicitation],
  ['neighbour-advertisement', ICMPV6_TYPES.advertisement],
  ['neighbor-advertisement', ICMPV6_TYPES.advertisement],
])

/** `--icmpv6-type TYPE[/CODE]`, for packets whose code is 0. */
export const icmpv6: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const [typeText = '', codeText = '0'] = (values[0] ?? '').split('/', 2)
    const type = TYPE_NAMES.get(typeText) ?? parseNumber(typeText)
    const code = parseNumber(codeText)
    if (name !== '--icmpv6-type' || type === null || code === null) return null
    if (code !== 0) return negated ? ALWAYS : NEVER
    return {kind: 'icmpv6-type', type, negated}
  })

/** `-m hl`, for packets of neighbour discovery. */
export const hopLimit: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const limit = parseNumber(values[0] ?? '')
    const compare = COMPARISONS[name]
    if (limit === null || !compare) return null
    return compare(DISCOVERY_HOP_LIMIT, limit) !== negated ? ALWAYS : NEVER
  })

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '--hl-eq': (value, limit) => value === limit,
  '--hl-lt': (value, limit) => value < limit,
  '--hl-gt': (value, limit) => value > limit,
}
