import {ALWAYS, type MatchTranslator, NEVER} from './context.ts'
import type {Option} from './spec.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Evaluates xt_time at the moment of capture, in UTC as the match does by default. */
export const time: MatchTranslator = (options, {capturedAt}) => {
  const moment = new Date(capturedAt)
  if (Number.isNaN(moment.getTime())) return null
  let matches = true
  for (const option of options) {
    const answer = holds(option, options, moment)
    if (answer === null) return null
    matches &&= answer !== option.negated
  }
  return [matches ? ALWAYS : NEVER]
}

function holds({name, values}: Option, all: readonly Option[], moment: Date): boolean | null {
  const [value = ''] = values
  switch (name) {
    case '--utc':
      return true
    case '--timestop':
      return all.some(option => option.name === '--timestart') ? true : inDaytime('00:00:00', value, moment)
    case '--timestart':
      return inDaytime(value, optionValue(all, '--timestop') ?? '23:59:59', moment)
    case '--weekdays':
      return value.split(',').some(day => isDay(day, moment))
    case '--monthdays':
      return value.split(',').some(day => Number.parseInt(day, 10) === moment.getUTCDate())
    case '--datestart':
      return compareDate(value, date => date <= moment.getTime())
    case '--datestop':
      return compareDate(value, date => moment.getTime() <= date)
    default:
      return null
  }
}

function optionValue(options: readonly Option[], name: string): string | undefined {
  return options.find(option => option.name === name)?.values[0]
}

function isDay(text: string, moment: Date): boolean {
  const number = /^\d$/.test(text) ? Number(text) % 7 : DAYS.indexOf(text.slice(0, 3).toLowerCase())
  return number === moment.getUTCDay()
}

function secondsOf(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0) : null
}

/** A start after the stop means a span over midnight. */
function inDaytime(startText: string, stopText: string, moment: Date): boolean | null {
  const start = secondsOf(startText)
  const stop = secondsOf(stopText)
  if (start === null || stop === null) return null
  const now = moment.getUTCHours() * 3600 + moment.getUTCMinutes() * 60 + moment.getUTCSeconds()
  return start <= stop ? start <= now && now <= stop : now >= start || now <= stop
}

function compareDate(text: string, test: (date: number) => boolean): boolean | null {
  const date = Date.parse(text.includes('T') ? `${text}Z` : text)
  return Number.isNaN(date) ? null : test(date)
}
