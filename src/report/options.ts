import type {Report} from './report.ts'

/** A text option of the run; null when it was not given. */
export function textOption(report: Report, name: string): string | null {
  const value = report.options[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** URL of the proxy in use, with placeholders for credentials; null without a proxy. */
export function proxyOption(report: Report): string | null {
  const proxy = report.options.proxy
  if (typeof proxy !== 'object' || proxy === null || !('url' in proxy)) return null
  return typeof proxy.url === 'string' ? proxy.url : null
}
