import {readFileSync} from 'node:fs'
import {z} from 'zod'
import type {CmdletCall} from './powershell.ts'

const names = z.array(z.string()).default([])

const ParameterSet = z.object({mandatory: names, positional: names, optional: names})

const Cmdlets = z.object({
  commonParameters: z.array(z.string()),
  cmdlets: z.record(
    z.string(),
    z.object({
      acceptedValues: z.record(z.string(), z.array(z.string())),
      aliases: z.record(z.string(), z.array(z.string())),
      types: z.record(z.string(), z.string()),
      syntax: z.array(
        z.object({versions: z.array(z.string()), sets: z.array(ParameterSet), commonOptional: names}),
      ),
    }),
  ),
})

const {cmdlets, commonParameters} = Cmdlets.parse(
  JSON.parse(readFileSync(new URL('netsecurity-parameters.json', import.meta.url), 'utf8')),
)

/** Types of parameters whose values are names of an enumeration; several make a list or, for Profile, flags. */
const TAKES_SEVERAL = /\[\]$|^Profile$/

/** Which of several sets it is has no consequence for these; Windows takes the cmdlet's default, which is not known here. */
const READS = /^(Find|ForEach|Get)-/

/**
 * What Windows would refuse in this call, by what Get-Command said on Windows Server 2012, 2012 R2 and 2016 and by
 * Microsoft's help of 2016 to 2025 (netsecurity-parameters.json names both). Names of cmdlets and parameters have to
 * be written out: PowerShell takes abbreviations, which a later version can make ambiguous.
 */
export function refusals({name, parameters: written}: CmdletCall): readonly string[] {
  const cmdlet = cmdlets[name]
  if (cmdlet === undefined) return [`no cmdlet ${name}`]
  const {acceptedValues, aliases, types, syntax} = cmdlet
  const real = new Map(Object.entries(aliases).flatMap(([to, from]) => from.map(each => [each, to])))
  const parameters = written.map(({name: word, values}) => ({
    name: word === null ? null : (real.get(word) ?? word),
    values,
  }))
  const given = parameters.flatMap(({name: parameter}) => (parameter === null ? [] : [parameter]))
  const own = given.filter(parameter => !commonParameters.includes(parameter))
  const positions = parameters.length - given.length
  return [
    ...own.filter(parameter => !(parameter in types)).map(parameter => `no parameter -${parameter}`),
    ...given.filter((parameter, index) => given.indexOf(parameter) < index).map(twice => `-${twice} twice`),
    ...syntax.flatMap(({versions, sets, commonOptional}) => {
      const fitting = sets.filter(({mandatory, positional, optional}) => {
        const unnamed = positional.filter(parameter => !own.includes(parameter)).slice(0, positions)
        const filled = [...own, ...unnamed]
        return (
          unnamed.length === positions &&
          filled.every(each => [...mandatory, ...optional, ...commonOptional].includes(each)) &&
          mandatory.every(each => filled.includes(each))
        )
      })
      const isEnough = READS.test(name) ? fitting.length > 0 : fitting.length === 1
      return isEnough ? [] : [`${fitting.length} parameter sets fit in ${versions.join(', ')}`]
    }),
    ...parameters.flatMap(({name: parameter, values}) => {
      const type = parameter === null ? undefined : types[parameter]
      if (parameter === null || type === undefined) return []
      const accepted = acceptedValues[parameter] ?? values
      return [
        ...(type === 'Switch' && values.length > 0 ? [`-${parameter} takes no value`] : []),
        ...(type !== 'Switch' && values.length === 0 ? [`-${parameter} needs a value`] : []),
        ...(values.length > 1 && !TAKES_SEVERAL.test(type) ? [`-${parameter} takes one value`] : []),
        ...values
          .filter(value => !accepted.includes(value))
          .map(value => `-${parameter} does not take ${value}`),
      ]
    }),
  ]
}
